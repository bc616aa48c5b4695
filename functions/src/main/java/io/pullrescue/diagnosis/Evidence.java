package io.pullrescue.diagnosis;

/**
 * The line that a diagnosis is based on.
 *
 * @param source the text that contains the line
 * @param line the line, sanitized, with wrapped lines joined; only for decisions, because anything
 *     may stand in it
 * @param text what is quoted of the line: from the phrase that says what failed, at most about 200
 *     characters
 * @param lineNumber its number in that text, from 1
 * @param confidence how the images were found
 */
public record Evidence(
    LogExcerpt.TextSource source, String line, String text, int lineNumber, Confidence confidence) {
  /** States how an image was found, most reliable first. */
  public enum Confidence {
    /** The record of the failed workload names it. */
    NAMED_BY_RECORD,
    /** The error line names it. */
    NAMED_BY_ERROR,
    /** Other lines name it. */
    NAMED_BY_CONTEXT,
    /** Only the repository is known; the tag is the default, {@code latest}. */
    REPOSITORY_ONLY,
    /** No image is known. */
    UNNAMED
  }
}
