package io.pullrescue.diagnosis;

/**
 * The line that a diagnosis is based on.
 *
 * @param source the text that contains the line
 * @param text the line, sanitized for printing, with wrapped lines joined; at most about 1,000
 *     characters
 * @param lineNumber its number in that text, from 1
 * @param confidence how the images were found
 */
public record Evidence(
    LogExcerpt.TextSource source, String text, int lineNumber, Confidence confidence) {
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
