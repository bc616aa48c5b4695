package io.pullrescue.diagnosis;

import io.pullrescue.failure.Excerpt;

/**
 * What a diagnosis rests on.
 *
 * @param place where the line stood
 * @param line the decisive line, fit to be printed: no control codes, wrapped lines joined
 * @param number its number in that text, from 1
 * @param certainty how the image was found
 */
public record Evidence(Excerpt.Place place, String line, int number, Certainty certainty) {
  /** How sure the image is, surest first. */
  public enum Certainty {
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
