package io.pullrescue.diagnosis;

/**
 * A text that a failed workload left.
 *
 * @param source where the text was found
 * @param text the text as it was found; it may come from anybody
 */
public record LogExcerpt(TextSource source, String text) {
  /** Names where a text was found, most trusted first. */
  public enum TextSource {
    /** The context of the failed phase, written by CodeBuild. */
    PHASE_CONTEXT,
    /** The reason why ECS or AWS Batch stopped a task or container, written by their agent. */
    STOPPED_REASON,
    /** The output of the command that ended the build. */
    FAILING_COMMAND,
    /** The output of earlier commands of the same phase; the build continued after them. */
    EARLIER_COMMANDS,
    /** Text that a person pasted. */
    MESSAGE
  }
}
