package io.pullrescue.replication;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that one source has to give before the tag can be set.
 *
 * @param manifests what the mirror lacks, children before what refers to them, the root last
 */
record Plan(List<Manifest> manifests) {
  Plan {
    manifests = List.copyOf(manifests);
  }

  Manifest root() {
    return manifests.getLast();
  }

  /** Each blob once, the largest first, so that none of them is left over at the end. */
  List<Descriptor> blobs() {
    return manifests.stream()
        .flatMap(manifest -> manifest.blobs().stream())
        .filter(blob -> !blob.isForeign())
        .collect(
            Collectors.toMap(
                Descriptor::digest, blob -> blob, (one, same) -> one, LinkedHashMap::new))
        .values()
        .stream()
        .sorted(Comparator.comparingLong(Descriptor::size).reversed())
        .toList();
  }
}
