package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.ErrorPattern;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pull that failed, as the text tells it.
 *
 * @param pattern what the error says; null where only the failure itself is told
 * @param images the images it was about
 */
record PullError(
    LogLine line,
    @Nullable ErrorPattern pattern,
    List<ImageReference> images,
    Evidence.Confidence confidence) {}
