package io.pullrescue.ecr;

import io.pullrescue.image.ImageReference;

/**
 * A tag in the mirror.
 *
 * @param reference the reference to it
 * @param pulled whether anybody has pulled what it stands for now
 */
public record MirroredTag(ImageReference reference, boolean pulled) {}
