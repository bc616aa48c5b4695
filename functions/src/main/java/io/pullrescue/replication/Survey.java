package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Reads all manifests of an image before the first blob moves.
 *
 * <p>Manifests are what upstreams count. Where the quota does not reach for all of them, nothing is
 * begun: half an image cannot be pulled, and the quota that it cost is gone.
 */
final class Survey {
  /** An index, its images, and an index within an index: nobody builds deeper. */
  private static final int DEEPEST = 2;

  private static final int MOST_MANIFESTS = 100;
  private static final int MOST_BLOBS = 500;

  private final UpstreamRepository upstream;
  private final Destination destination;
  private final long mostBytes;
  private final RunningTally tally;
  private final SideBySide sideBySide;

  Survey(
      UpstreamRepository upstream,
      Destination destination,
      long mostBytes,
      RunningTally tally,
      SideBySide sideBySide) {
    this.upstream = upstream;
    this.destination = destination;
    this.mostBytes = mostBytes;
    this.tally = tally;
    this.sideBySide = sideBySide;
  }

  Plan of(Digest wanted, Quota quota) {
    quota.demand(1);
    var root = fetch(wanted);
    var found = new ArrayList<>(List.of(root.manifest()));
    var seen = new HashSet<Digest>(List.of(wanted));
    var level = found.stream().toList();
    var left = root.quota();
    for (var depth = 1; !level.isEmpty(); depth++) {
      var fetched = below(level, seen, left, depth);
      level = fetched.stream().map(Fetched::manifest).toList();
      found.addAll(0, level);
      left = fetched.stream().map(Fetched::quota).reduce(left, Survey::lower);
    }
    return checked(new Plan(found));
  }

  private List<Fetched> below(List<Manifest> level, Set<Digest> seen, Quota left, int depth) {
    var children =
        level.stream()
            .flatMap(manifest -> manifest.children().stream())
            .filter(child -> seen.add(child.digest()))
            .toList();
    if ((!children.isEmpty() && depth > DEEPEST) || seen.size() > MOST_MANIFESTS) {
      throw new RegistryRefused(
          Reason.UNFIT,
          "the image has more than %d manifests or indexes nested deeper than %d"
              .formatted(MOST_MANIFESTS, DEEPEST));
    }
    var missing = missing(children);
    left.demand(missing.size());
    return sideBySide.run(missing.stream().map(child -> fetching(child)).toList());
  }

  /** A child that the mirror has is complete there: it would not have been taken otherwise. */
  private List<Descriptor> missing(List<Descriptor> children) {
    List<Callable<List<Descriptor>>> questions = new ArrayList<>();
    for (var child : children) {
      questions.add(() -> destination.has(child.digest()) ? List.of() : List.of(child));
    }
    return sideBySide.run(questions).stream().flatMap(List::stream).toList();
  }

  private Callable<Fetched> fetching(Descriptor child) {
    return () -> {
      var fetched = fetch(child.digest());
      if (fetched.manifest().size() != child.size()) {
        throw new RegistryRefused(
            Reason.UNFIT,
            "the manifest " + child.digest() + " has another size than its index says");
      }
      return fetched;
    };
  }

  private Fetched fetch(Digest digest) {
    tally.spent();
    var fetched = upstream.fetch(digest.value());
    return new Fetched(fetched.manifest().verified(digest), fetched.quota());
  }

  private static Quota lower(Quota one, Quota other) {
    return one.remaining() <= other.remaining() ? one : other;
  }

  private Plan checked(Plan plan) {
    if (plan.blobs().size() > MOST_BLOBS) {
      throw new RegistryRefused(Reason.UNFIT, "the image has more than " + MOST_BLOBS + " blobs");
    }
    if (plan.bytes() > mostBytes) {
      throw new RegistryRefused(
          Reason.UNFIT,
          "the image has %d bytes and at most %d are copied; nothing was moved"
              .formatted(plan.bytes(), mostBytes));
    }
    return plan;
  }
}
