package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pull that failed, as the text tells it.
 *
 * @param symptom what the error says; null where only the failure itself is told
 * @param images the images it was about
 */
record PullError(
    Line line,
    @Nullable Symptom symptom,
    List<ImageReference> images,
    Evidence.Certainty certainty) {}
