package io.pullrescue.config;

/**
 * How far retries may go, as the operator chose.
 *
 * @param maxRetries for one failed build
 * @param maxRetriesPerHour for one project
 * @param projectUpdates whether a project may be changed where its builds take no overrides
 * @param imageSubstitution how a retried build comes to its copies
 */
public record RetryConfig(
    int maxRetries,
    int maxRetriesPerHour,
    ProjectUpdateMode projectUpdates,
    ImageSubstitution imageSubstitution) {
  /** What may be done to projects whose builds a pipeline or a batch starts. */
  public enum ProjectUpdateMode {
    /** Nothing. */
    OFF,
    /** Put the copy into the project, and take it out after the next green build. */
    UNTIL_SUCCESS,
    /** Put the copy into the project, and leave it there. */
    PERMANENT
  }

  /** What holds where the operator says nothing. */
  public static final RetryConfig DEFAULTS =
      new RetryConfig(3, 20, ProjectUpdateMode.OFF, ImageSubstitution.MIRROR);
}
