package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.List;

/**
 * What is to be brought: a whole image, or one platform of it.
 *
 * @param copy where to; a part of an image never stands under the tag of the whole
 * @param remarks what whoever asked for it should know
 */
record Part(Digest digest, Quota quota, ImageReference copy, List<String> remarks) {
  Part {
    remarks = List.copyOf(remarks);
  }
}
