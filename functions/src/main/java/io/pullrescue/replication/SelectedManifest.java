package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.RateLimit;
import java.util.List;

/**
 * What is to be brought: a whole image, or one platform of it.
 *
 * @param mirrorReference where to; a part of an image never stands under the tag of the whole
 * @param notes what whoever asked for it should know
 */
record SelectedManifest(
    Digest digest, RateLimit rateLimit, ImageReference mirrorReference, List<String> notes) {
  SelectedManifest {
    notes = List.copyOf(notes);
  }
}
