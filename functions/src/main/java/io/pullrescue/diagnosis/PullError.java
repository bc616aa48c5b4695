package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line that reports a failed pull.
 *
 * @param start the index of the phrase that says what failed
 * @param pattern the error pattern of the line; null if it gives no reason
 * @param images the images that could not be pulled; empty if the text does not name them
 * @param confidence how the images were found
 */
record PullError(
    LogLine line,
    int start,
    @Nullable ErrorPattern pattern,
    List<ImageReference> images,
    Evidence.Confidence confidence) {}
