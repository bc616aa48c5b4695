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

  /** Brings them, and says what did not come and why. */
  List<String> bring(Digest subject, UpstreamRepository upstream) {
    List<Callable<List<String>>> questions = new ArrayList<>();
    for (var suffix : SUFFIXES) {
      var tag = "sha256-" + subject.hex() + suffix;
      questions.add(() -> one(tag, upstream).stream().toList());
    }
    questions.add(() -> listed(subject, upstream));
    questions.add(() -> attached("sha256-" + subject.hex(), upstream));
    return tried(() -> sideBySide.run(questions).stream().flatMap(List::stream).toList(), "");
  }

  /** Under names that cosign does not give, as far as the registry lists its tags in order. */
  private List<String> attached(String subject, UpstreamRepository upstream) {
    var known = SUFFIXES.stream().map(subject::concat).toList();
    return tried(
        () ->
            upstream.tags(subject + ".").stream()
                .filter(tag -> !known.contains(tag))
                .flatMap(tag -> one(tag, upstream).stream())
                .toList(),
        "what is attached by tag");
  }

  private List<String> listed(Digest subject, UpstreamRepository upstream) {
    return tried(
        () -> {
          var referrers = upstream.referrers(subject);
          var first = referrers.stream().limit(MOST).map(Descriptor::digest);
          var left =
              referrers.size() > MOST
                  ? Stream.of("%d more referrers were left".formatted(referrers.size() - MOST))
                  : Stream.<String>empty();
          return Stream.concat(
                  first.flatMap(digest -> one(digest.value(), upstream).stream()), left)
              .toList();
        },
        "the referrers");
  }

  /** One of them, by tag or digest; what is to be said of it where it did not come. */
  private Optional<String> one(String identifier, UpstreamRepository upstream) {
    return tried(() -> copied(identifier, upstream), identifier).stream().findFirst();
  }

  private List<String> copied(String identifier, UpstreamRepository upstream) {
    var announced = upstream.announce(identifier);
    if (announced.isEmpty()) {
      return List.of();
    }
    var digest = Digest.parse(identifier).orElse(announced.get().digest());
    if (digest == null) {
      return List.of(identifier + " was left: upstream does not name its digest");
    }
    if (!destination.registry().find(identifier).equals(Optional.of(digest))) {
      transfer.bring(digest, announced.get().quota(), upstream, place(identifier, digest));
    }
    return List.of();
  }

  private ImageReference place(String identifier, Digest digest) {
    var copy = destination.copy();
    return identifier.equals(digest.value())
        ? copy.byDigest(digest)
        : new ImageReference(copy.registry(), copy.repository(), identifier, null);
  }

  private static List<String> tried(Callable<List<String>> copying, String what) {
    try {
      return copying.call();
    } catch (RegistryRefused refused) {
      return refused.reason() == Reason.NOT_FOUND
          ? List.of()
          : List.of((what + " was not copied: " + refused.getMessage()).strip());
    } catch (Exception defect) {
      throw new IllegalStateException(defect);
    }
  }
}
