package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies what refers to an image: signatures, SBOMs and attestations.
 *
 * <p>Referrers are copied after the image. A referrer that cannot be copied is reported in a note
 * and does not fail the copy of the image.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">OCI
 *     referrers</a>
 */
final class ReferrerCopier {
  private static final int MAX_REFERRERS = 20;

  /**
   * The tags that cosign uses, and the OCI referrers tag. Signatures come first, because without
   * them an image may not be admitted.
   */
  private static final List<String> TAG_SUFFIXES = List.of(".sig", "", ".att", ".sbom");

  private static final Comparator<Referrer> MOST_IMPORTANT_FIRST =
      Comparator.comparingInt(Referrer::rank).thenComparing(Referrer::identifier);

  private final MirrorDestination destination;
  private final ImageCopier imageCopier;
  private final boolean movesTags;
  private final ParallelExecutor executor;

  ReferrerCopier(
      MirrorDestination destination,
      ImageCopier imageCopier,
      boolean movesTags,
      ParallelExecutor executor) {
    this.destination = destination;
    this.imageCopier = imageCopier;
    this.movesTags = movesTags;
    this.executor = executor;
  }

  /** Finds the referrers of a digest in a source. */
  ReferrerResult find(Digest subject, SourceRepository source) {
    List<Callable<ReferrerResult>> lookups = new ArrayList<>();
    for (var suffix : TAG_SUFFIXES) {
      var tag = "sha256-" + subject.hex() + suffix;
      lookups.add(() -> findOne(tag, source));
    }
    lookups.add(() -> findListed(subject, source));
    lookups.add(() -> findByTag("sha256-" + subject.hex(), source));
    return callOrNote(() -> ReferrerResult.combine(executor.invokeAll(lookups)), "");
  }

  /** Finds referrers under other tags, if the registry lists tags in lexical order. */
  private ReferrerResult findByTag(String tagPrefix, SourceRepository source) {
    var knownTags = TAG_SUFFIXES.stream().map(tagPrefix::concat).toList();
    return callOrNote(
        () ->
            ReferrerResult.combine(
                source.listTags(tagPrefix + ".").stream()
                    .filter(tag -> !knownTags.contains(tag))
                    .map(tag -> findOne(tag, source))
                    .toList()),
        "referrers by tag");
  }

  private ReferrerResult findListed(Digest subject, SourceRepository source) {
    return callOrNote(
        () -> {
          var referrers = source.listReferrers(subject);
          var results =
              new ArrayList<>(
                  referrers.stream()
                      .limit(MAX_REFERRERS)
                      .map(referrer -> findOne(referrer.digest().value(), source))
                      .toList());
          if (referrers.size() > MAX_REFERRERS) {
            results.add(
                ReferrerResult.ofNote(
                    "%d more referrers were not copied"
                        .formatted(referrers.size() - MAX_REFERRERS)));
          }
          return ReferrerResult.combine(results);
        },
        "referrers");
  }

  private static ReferrerResult findOne(String identifier, SourceRepository source) {
    return callOrNote(
        () ->
            source
                .headManifest(identifier)
                .map(head -> toResult(identifier, head))
                .orElse(ReferrerResult.EMPTY),
        identifier);
  }

  private static ReferrerResult toResult(String identifier, ManifestResponse.Head head) {
    var digest = Digest.parse(identifier).orElse(head.digest());
    return digest == null
        ? ReferrerResult.ofNote(
            identifier + " was not copied: the registry does not report its digest")
        : new ReferrerResult(
            List.of(new Referrer(identifier, digest, head.rateLimit())), List.of());
  }

  /**
   * Copies referrers one after the other, so that the same ones are left out each time; returns a
   * note for each one that was not copied.
   *
   * @param maxBytes the bytes that all of them may have together
   * @param requestBudget limits the rate-limited requests for all of them
   */
  List<String> copyAll(
      ReferrerResult found, SourceRepository source, long maxBytes, RequestBudget requestBudget) {
    var notes = new ArrayList<>(found.notes());
    var remainingBytes = new AtomicLong(maxBytes);
    for (var referrer : found.referrers().stream().sorted(MOST_IMPORTANT_FIRST).toList()) {
      var result =
          callOrNote(
              () -> copyReferrer(referrer, source, remainingBytes, requestBudget),
              referrer.identifier());
      notes.addAll(result.notes());
    }
    return notes;
  }

  private ReferrerResult copyReferrer(
      Referrer referrer,
      SourceRepository source,
      AtomicLong remainingBytes,
      RequestBudget requestBudget) {
    var digest = referrer.digest();
    var held = destination.repository().headManifest(referrer.identifier());
    if (held.equals(Optional.of(digest))) {
      return ReferrerResult.EMPTY;
    }
    if (held.isPresent() && !movesTags) {
      return ReferrerResult.ofNote(
          "the mirror's tag %s stays at %s".formatted(referrer.identifier(), held.get()));
    }
    var bytes =
        imageCopier.copyReferrer(
            digest,
            referrer.rateLimit(),
            source,
            mirrorReference(referrer),
            remainingBytes.get(),
            requestBudget);
    remainingBytes.addAndGet(-bytes);
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
          : ReferrerResult.ofNote((description + " not copied: " + exception.getMessage()).strip());
    } catch (Exception defect) {
      throw new IllegalStateException(defect);
    }
  }

  /**
   * A manifest that refers to the image.
   *
   * @param identifier the tag or digest under which it is stored
   */
  record Referrer(String identifier, Digest digest, RateLimit rateLimit) {
    /** Returns the position of its kind; other tags and digests are the last. */
    int rank() {
      var suffix = identifier.replaceFirst("^sha256-[0-9a-f]{64}", "");
      var position = TAG_SUFFIXES.indexOf(suffix);
      return position < 0 ? TAG_SUFFIXES.size() : position;
    }
  }

  /** The referrers that were found, and notes on those that were not. */
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
