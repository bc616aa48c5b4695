package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;

/**
 * A tag in the mirror.
 *
 * @param copy the reference to it
 * @param pulled whether anybody has pulled what it stands for now
 */
public record HeldTag(ImageReference copy, boolean pulled) {}
