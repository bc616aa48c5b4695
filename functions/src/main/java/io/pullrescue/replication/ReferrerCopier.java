package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.ManifestHead;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What refers to an image: signatures, bills of materials, attestations.
 *
 * <p>They travel after the image, and the image never fails for them: what does not come is said.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">OCI
 *     referrers</a>
 */
final class ReferrerCopier {
  private static final int MAX_REFERRERS = 20;

  /** The referrers tag of OCI, and the names that cosign gives what it attaches. */
  private static final List<String> TAG_SUFFIXES = List.of("", ".sig", ".att", ".sbom");

  private final MirrorDestination destination;
  private final ManifestTreeCopier treeCopier;
  private final ParallelExecutor executor;

  ReferrerCopier(
      MirrorDestination destination, ManifestTreeCopier treeCopier, ParallelExecutor executor) {
    this.destination = destination;
    this.treeCopier = treeCopier;
    this.executor = executor;
  }

  /** What there is upstream, and what could not be learned: asked for while the image moves. */
  ReferrerResult find(Digest subject, SourceRepository upstream) {
    List<Callable<ReferrerResult>> lookups = new ArrayList<>();
    for (var suffix : TAG_SUFFIXES) {
      var tag = "sha256-" + subject.hex() + suffix;
      lookups.add(() -> findOne(tag, upstream));
    }
    lookups.add(() -> findListed(subject, upstream));
    lookups.add(() -> findByTag("sha256-" + subject.hex(), upstream));
    return callOrNote(() -> ReferrerResult.combine(executor.invokeAll(lookups)), "");
  }

  /** Under names that cosign does not give, as far as the registry lists its tags in order. */
  private ReferrerResult findByTag(String tagPrefix, SourceRepository upstream) {
    var knownTags = TAG_SUFFIXES.stream().map(tagPrefix::concat).toList();
    return callOrNote(
        () ->
            ReferrerResult.combine(
                upstream.listTags(tagPrefix + ".").stream()
                    .filter(tag -> !knownTags.contains(tag))
                    .map(tag -> findOne(tag, upstream))
                    .toList()),
        "what is attached by tag");
  }

  private ReferrerResult findListed(Digest subject, SourceRepository upstream) {
    return callOrNote(
        () -> {
          var referrers = upstream.listReferrers(subject);
          var results =
              new ArrayList<>(
                  referrers.stream()
                      .limit(MAX_REFERRERS)
                      .map(referrer -> findOne(referrer.digest().value(), upstream))
                      .toList());
          if (referrers.size() > MAX_REFERRERS) {
            results.add(
                ReferrerResult.ofNote(
                    "%d more referrers were left".formatted(referrers.size() - MAX_REFERRERS)));
          }
          return ReferrerResult.combine(results);
        },
        "the referrers");
  }

  /** One of them, by tag or digest. */
  private static ReferrerResult findOne(String identifier, SourceRepository upstream) {
    return callOrNote(
        () ->
            upstream
                .headManifest(identifier)
                .map(head -> toResult(identifier, head))
                .orElse(ReferrerResult.EMPTY),
        identifier);
  }

  private static ReferrerResult toResult(String identifier, ManifestHead head) {
    var digest = Digest.parse(identifier).orElse(head.digest());
    return digest == null
        ? ReferrerResult.ofNote(identifier + " was left: upstream does not name its digest")
        : new ReferrerResult(
            List.of(new Referrer(identifier, digest, head.rateLimit())), List.of());
  }

  /** Brings what was found, and says what did not come and why. */
  List<String> copyAll(ReferrerResult found, SourceRepository upstream) {
    List<Callable<ReferrerResult>> tasks = new ArrayList<>();
    for (var referrer : found.referrers()) {
      tasks.add(() -> callOrNote(() -> copyReferrer(referrer, upstream), referrer.identifier()));
    }
    var notes = callOrNote(() -> ReferrerResult.combine(executor.invokeAll(tasks)), "").notes();
    return Stream.concat(found.notes().stream(), notes.stream()).toList();
  }

  private ReferrerResult copyReferrer(Referrer referrer, SourceRepository upstream) {
    var digest = referrer.digest();
    if (!destination.repository().headManifest(referrer.identifier()).equals(Optional.of(digest))) {
      treeCopier.copy(digest, referrer.rateLimit(), upstream, mirrorReference(referrer));
    }
    return ReferrerResult.EMPTY;
  }

  private ImageReference mirrorReference(Referrer referrer) {
    var mirrorReference = destination.mirrorReference();
    var identifier = referrer.identifier();
    return identifier.equals(referrer.digest().value())
        ? mirrorReference.byDigest(referrer.digest())
        : new ImageReference(
            mirrorReference.registry(), mirrorReference.repository(), identifier, null);
  }

  private static ReferrerResult callOrNote(Callable<ReferrerResult> callable, String description) {
    try {
      return callable.call();
    } catch (RegistryException exception) {
      return exception.reason() == Reason.NOT_FOUND
          ? ReferrerResult.EMPTY
          : ReferrerResult.ofNote(
              (description + " was not copied: " + exception.getMessage()).strip());
    } catch (Exception defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** One that upstream has, under this tag or digest. */
  record Referrer(String identifier, Digest digest, RateLimit rateLimit) {}

  /** Those that are there, and what is to be said of others. */
  record ReferrerResult(List<Referrer> referrers, List<String> notes) {
    private static final ReferrerResult EMPTY = new ReferrerResult(List.of(), List.of());

    private static ReferrerResult ofNote(String note) {
      return new ReferrerResult(List.of(), List.of(note));
    }

    private static ReferrerResult combine(List<ReferrerResult> results) {
      return new ReferrerResult(
          results.stream().flatMap(selected -> selected.referrers().stream()).toList(),
          results.stream().flatMap(selected -> selected.notes().stream()).toList());
    }
  }
}
