package io.pullrescue.diagnosis;

/**
 * Text that a failure left, and where it stood.
 *
 * @param text as it was found: hostile until parsed
 */
public record LogExcerpt(TextSource source, String text) {
  /** Where a text stood; the order is that of trust. */
  public enum TextSource {
    /** The context of the phase that failed, written by CodeBuild itself. */
    PHASE_CONTEXT,
    /** Why ECS or AWS Batch stopped a task or a container, written by their agent. */
    STOPPED_REASON,
    /** What the command that ended the build printed. */
    FAILING_COMMAND,
    /** What earlier commands of the same phase printed; the build went on after them. */
    EARLIER_COMMANDS,
    /** Any text that a person pasted. */
    MESSAGE
  }
}
