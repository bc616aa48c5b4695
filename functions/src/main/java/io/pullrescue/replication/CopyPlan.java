package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that has to be copied from one source before the tag can be set.
 *
 * @param manifests those that the mirror lacks, children before their parents, the root last
 */
record CopyPlan(List<Manifest> manifests) {
  CopyPlan {
    manifests = List.copyOf(manifests);
  }

  Manifest root() {
    return manifests.getLast();
  }

  /**
   * Groups the manifests that can be written in parallel: no manifest refers to another one in the
   * same or a later wave. The root is alone in the last wave.
   */
  Collection<List<Manifest>> waves() {
    var heights = new HashMap<Digest, Integer>();
    var waves = new TreeMap<Integer, List<Manifest>>();
    for (var manifest : manifests) {
      waves.computeIfAbsent(height(manifest, heights), _ -> new ArrayList<>()).add(manifest);
    }
    return waves.values();
  }

  /**
   * The recursion ends, because digests cannot form cycles and the depth of the tree is limited.
   */
  private int height(Manifest manifest, Map<Digest, Integer> heights) {
    var known = heights.get(manifest.digest());
    if (known != null) {
      return known;
    }
    var height =
        childrenOf(manifest).stream().mapToInt(child -> 1 + height(child, heights)).max().orElse(0);
    heights.put(manifest.digest(), height);
    return height;
  }

  /** Returns the manifests of this plan that an index refers to. */
  List<Manifest> childrenOf(Manifest index) {
    var children = index.children().stream().map(Descriptor::digest).collect(Collectors.toSet());
    return manifests.stream().filter(other -> children.contains(other.digest())).toList();
  }

  /** Returns the size of all blobs; saturates, because the sizes come from the registry. */
  long totalBytes() {
    return totalBytes(blobs());
  }

  static long totalBytes(Collection<Descriptor> blobs) {
    return blobs.stream().mapToLong(Descriptor::size).reduce(0, CopyPlan::saturatingAdd);
  }

  private static long saturatingAdd(long one, long other) {
    var sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** Returns each blob once, the largest first, so that no large blob is started last. */
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
