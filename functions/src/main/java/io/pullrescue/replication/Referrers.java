package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.RegistryRefused.Reason;
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
final class Referrers {
  private static final int MOST = 20;

  /** The referrers tag of OCI, and the names that cosign gives what it attaches. */
  private static final List<String> SUFFIXES = List.of("", ".sig", ".att", ".sbom");

  private final Destination destination;
  private final Transfer transfer;
  private final SideBySide sideBySide;

  Referrers(Destination destination, Transfer transfer, SideBySide sideBySide) {
    this.destination = destination;
    this.transfer = transfer;
    this.sideBySide = sideBySide;
  }

  /** What there is upstream, and what could not be learned: asked for while the image moves. */
  Found of(Digest subject, UpstreamRepository upstream) {
    List<Callable<Found>> questions = new ArrayList<>();
    for (var suffix : SUFFIXES) {
      var tag = "sha256-" + subject.hex() + suffix;
      questions.add(() -> one(tag, upstream));
    }
    questions.add(() -> listed(subject, upstream));
    questions.add(() -> attached("sha256-" + subject.hex(), upstream));
    return tried(() -> Found.all(sideBySide.run(questions)), "");
  }

  /** Under names that cosign does not give, as far as the registry lists its tags in order. */
  private Found attached(String subject, UpstreamRepository upstream) {
    var known = SUFFIXES.stream().map(subject::concat).toList();
    return tried(
        () ->
            Found.all(
                upstream.tags(subject + ".").stream()
                    .filter(tag -> !known.contains(tag))
                    .map(tag -> one(tag, upstream))
                    .toList()),
        "what is attached by tag");
  }

  private Found listed(Digest subject, UpstreamRepository upstream) {
    return tried(
        () -> {
          var referrers = upstream.referrers(subject);
          var found =
              new ArrayList<>(
                  referrers.stream()
                      .limit(MOST)
                      .map(referrer -> one(referrer.digest().value(), upstream))
                      .toList());
          if (referrers.size() > MOST) {
            found.add(Found.left("%d more referrers were left".formatted(referrers.size() - MOST)));
          }
          return Found.all(found);
        },
        "the referrers");
  }

  /** One of them, by tag or digest. */
  private static Found one(String identifier, UpstreamRepository upstream) {
    return tried(
        () ->
            upstream
                .announce(identifier)
                .map(announced -> found(identifier, announced))
                .orElse(Found.NOTHING),
        identifier);
  }

  private static Found found(String identifier, ManifestHead announced) {
    var digest = Digest.parse(identifier).orElse(announced.digest());
    return digest == null
        ? Found.left(identifier + " was left: upstream does not name its digest")
        : new Found(List.of(new Referrer(identifier, digest, announced.quota())), List.of());
  }

  /** Brings what was found, and says what did not come and why. */
  List<String> bring(Found found, UpstreamRepository upstream) {
    List<Callable<Found>> moves = new ArrayList<>();
    for (var referrer : found.referrers()) {
      moves.add(() -> tried(() -> moved(referrer, upstream), referrer.identifier()));
    }
    var left = tried(() -> Found.all(sideBySide.run(moves)), "").remarks();
    return Stream.concat(found.remarks().stream(), left.stream()).toList();
  }

  private Found moved(Referrer referrer, UpstreamRepository upstream) {
    var digest = referrer.digest();
    if (!destination.registry().find(referrer.identifier()).equals(Optional.of(digest))) {
      transfer.bring(digest, referrer.quota(), upstream, place(referrer));
    }
    return Found.NOTHING;
  }

  private ImageReference place(Referrer referrer) {
    var copy = destination.copy();
    var identifier = referrer.identifier();
    return identifier.equals(referrer.digest().value())
        ? copy.byDigest(referrer.digest())
        : new ImageReference(copy.registry(), copy.repository(), identifier, null);
  }

  private static Found tried(Callable<Found> question, String what) {
    try {
      return question.call();
    } catch (RegistryRefused refused) {
      return refused.reason() == Reason.NOT_FOUND
          ? Found.NOTHING
          : Found.left((what + " was not copied: " + refused.getMessage()).strip());
    } catch (Exception defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** One that upstream has, under this tag or digest. */
  record Referrer(String identifier, Digest digest, Quota quota) {}

  /** Those that are there, and what is to be said of others. */
  record Found(List<Referrer> referrers, List<String> remarks) {
    private static final Found NOTHING = new Found(List.of(), List.of());

    private static Found left(String remark) {
      return new Found(List.of(), List.of(remark));
    }

    private static Found all(List<Found> parts) {
      return new Found(
          parts.stream().flatMap(part -> part.referrers().stream()).toList(),
          parts.stream().flatMap(part -> part.remarks().stream()).toList());
    }
  }
}
