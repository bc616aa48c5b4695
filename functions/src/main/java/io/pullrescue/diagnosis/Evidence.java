package io.pullrescue.diagnosis;

/**
 * What a diagnosis rests on.
 *
 * @param source where the line stood
 * @param text the decisive line, fit to be printed: no control codes, wrapped lines joined
 * @param lineNumber its number in that text, from 1
 * @param confidence how the image was found
 */
public record Evidence(
    LogExcerpt.TextSource source, String text, int lineNumber, Confidence confidence) {
  /** How sure the image is, surest first. */
  public enum Confidence {
    /** The record of the failed work names it. */
    NAMED_BY_RECORD,
    /** The error line itself names it. */
    NAMED_BY_ERROR,
    /** Other lines say what was being pulled. */
    NAMED_BY_CONTEXT,
    /** Only the repository is known; the tag is the customary {@code latest}. */
    REPOSITORY_ONLY,
    /** No image is known. */
    UNNAMED
  }
}
