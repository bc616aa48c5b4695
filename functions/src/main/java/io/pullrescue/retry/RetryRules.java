package io.pullrescue.retry;

/**
 * How far retries may go, as the operator chose.
 *
 * @param maximumAttempts for one failed build
 * @param maximumPerHour for one project
 * @param projectChanges whether a project may be changed where its builds take no overrides
 * @param commands how a retried build comes to its copies
 */
public record RetryRules(
    int maximumAttempts,
    int maximumPerHour,
    ProjectChanges projectChanges,
    RescueCommands commands) {
  /** What may be done to projects whose builds a pipeline or a batch starts. */
  public enum ProjectChanges {
    /** Nothing. */
    OFF,
    /** Put the copy into the project, and take it out after the next green build. */
    UNTIL_GREEN,
    /** Put the copy into the project, and leave it there. */
    KEPT
  }

  /** What holds where the operator says nothing. */
  public static final RetryRules USUAL =
      new RetryRules(3, 20, ProjectChanges.OFF, RescueCommands.MIRROR);
}
