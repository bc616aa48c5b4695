package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.AsyncCall;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import java.util.stream.Stream;

/** Brings from one source what was asked for, and then what refers to it. */
final class ImageCopier {
  private final MirrorDestination destination;
  private final ManifestTreeCopier treeCopier;
  private final ReferrerCopier referrerCopier;
  private final PlatformSelector platformSelector;
  private final CopyStatsCollector stats;

  ImageCopier(
      MirrorDestination destination,
      ManifestTreeCopier treeCopier,
      ReferrerCopier referrerCopier,
      PlatformSelector platformSelector,
      CopyStatsCollector stats) {
    this.destination = destination;
    this.treeCopier = treeCopier;
    this.referrerCopier = referrerCopier;
    this.platformSelector = platformSelector;
    this.stats = stats;
  }

  /** The image is known to exist there: only for such a one a repository is made. */
  SelectedManifest copy(Digest wanted, RateLimit rateLimit, SourceRepository upstream) {
    destination.createIfAbsent();
    var selected =
        platformSelector.select(wanted, rateLimit, upstream, destination.mirrorReference(), stats);
    var plan = treeCopier.plan(selected.digest(), selected.rateLimit(), upstream);
    try (var referrerLookup =
        new AsyncCall<>(() -> referrerCopier.find(selected.digest(), upstream))) {
      treeCopier.execute(plan, upstream, selected.mirrorReference());
      destination.markNonEmpty();
      var notes = referrerCopier.copyAll(referrerLookup.join(), upstream);
      return new SelectedManifest(
          selected.digest(),
          selected.rateLimit(),
          selected.mirrorReference(),
          Stream.concat(selected.notes().stream(), notes.stream()).toList());
    }
  }

  /** The mirror has it under another name: it is only tagged anew. */
  void tag(Digest digest) {
    treeCopier.putRoot(
        destination.repository().getManifest(digest).requireDigest(digest),
        destination.mirrorReference());
  }

  /** Whether the mirror's tag of the whole image is what will be written. */
  boolean copiesAllPlatforms() {
    return platformSelector.platform() == null;
  }
}
