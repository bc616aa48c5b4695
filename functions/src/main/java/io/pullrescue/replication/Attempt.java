package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication.Replicated;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One image on its way into the mirror: which digest is wanted, and who can give it. */
final class Attempt {
  private final ImageReference image;
  private final Destination destination;
  private final List<Source> named;
  private final List<Source> others;
  private final Delivery delivery;
  private final RunningTally tally;
  private final Failures failures = new Failures();
  private final Map<Source, ManifestHead> answers = new HashMap<>();

  Attempt(
      ImageReference image,
      Destination destination,
      List<Source> named,
      List<Source> others,
      Delivery delivery,
      RunningTally tally) {
    this.image = image;
    this.destination = destination;
    this.named = named;
    this.others = others;
    this.delivery = delivery;
    this.tally = tally;
  }

  /** What the mirror has, by the digest that upstream names for it now, is not pulled. */
  Replication run() {
    try (var holding = new Meanwhile<>(() -> destination.registry().find(image.identifier()))) {
      // Upstream decides what the tag stands for, and counts no such question.
      var told = Optional.ofNullable(image.digest()).or(() -> firstAnswer(named));
      var held = holding.answer();
      var wanted = told.or(() -> instead(held));
      if (wanted.isEmpty()) {
        return failures.of(image, tally.sum());
      }
      if (held.equals(wanted)) {
        return kept(wanted.get());
      }
      if (held.isPresent() && delivery.isWhole()) {
        destination.demandMovable(held.get(), wanted.get());
      }
      return bring(wanted.get());
    } catch (RegistryRefused refused) {
      failures.add(destination.copy().registry(), refused);
      return failures.of(image, tally.sum());
    }
  }

  /**
   * Where upstream does not even answer that, the mirror's own copy of the tag is better than none,
   * and so is that of another source; the result names whichever it was.
   */
  private Optional<Digest> instead(Optional<Digest> held) {
    if (!failures.isTemporary()) {
      return Optional.empty();
    }
    return held.isPresent() ? held : firstAnswer(others);
  }

  private Optional<Digest> firstAnswer(List<Source> sources) {
    for (var source : sources) {
      try {
        var announced = source.repository().announce(image.identifier());
        if (announced.isPresent()) {
          answers.put(source, announced.get());
          return Optional.of(digest(announced.get(), source));
        }
        failures.add(source.toString(), absent());
      } catch (RegistryRefused refused) {
        failures.add(source.toString(), refused);
      }
    }
    return Optional.empty();
  }

  /** A registry that does not name the digest has to be asked for the bytes. */
  private Digest digest(ManifestHead announced, Source source) {
    if (announced.digest() != null) {
      return announced.digest();
    }
    tally.spent();
    return source.repository().fetch(image.identifier()).manifest().digest();
  }

  private static RegistryRefused absent() {
    return new RegistryRefused(
        RegistryRefused.Reason.NOT_FOUND, "there is no such image; check its name and tag");
  }

  /** Nothing has to move; who may pull is still brought up to date. */
  private Replication kept(Digest digest) {
    destination.ensure();
    return replicated(
        new Part(digest, Quota.UNLIMITED, destination.copy(), List.of()), destination.copy());
  }

  /** The mirror itself is the first source: an image under another tag is only tagged anew. */
  private Replication bring(Digest wanted) {
    if (image.digest() == null) {
      destination.ensure();
      if (destination.has(wanted)) {
        delivery.tag(wanted);
        return kept(wanted);
      }
    }
    for (var source : Stream.concat(others.stream(), named.stream()).toList()) {
      try {
        var announced = announced(source, wanted);
        if (announced.isPresent()) {
          var part = delivery.bring(wanted, announced.get().quota(), source.repository());
          return replicated(part, source.reference());
        }
        failures.add(source.toString(), absent());
      } catch (RegistryRefused refused) {
        failures.add(source.toString(), refused);
        if (Failures.isFinal(refused)) {
          break;
        }
      }
    }
    return failures.of(image, tally.sum());
  }

  /** Whoever named this very digest a moment ago is not asked again. */
  private Optional<ManifestHead> announced(Source source, Digest wanted) {
    var known = answers.get(source);
    return known != null && wanted.equals(known.digest())
        ? Optional.of(known)
        : source.repository().announce(wanted.value());
  }

  private Replicated replicated(Part part, ImageReference source) {
    var there = part.copy();
    there =
        image.digest() == null ? there.withDigest(part.digest()) : there.byDigest(part.digest());
    return new Replicated(image, there, source, tally.sum(), part.remarks());
  }
}
