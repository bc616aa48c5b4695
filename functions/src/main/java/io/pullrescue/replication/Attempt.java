package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication.Replicated;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One image on its way into the mirror: which digest is wanted, and who can give it. */
final class Attempt {
  private final ImageReference image;
  private final ImageReference copy;
  private final MirrorRepository mirror;
  private final List<Source> named;
  private final List<Source> others;
  private final Transfer transfer;
  private final Runnable ensureRepository;
  private final Failures failures = new Failures();

  Attempt(
      ImageReference image,
      ImageReference copy,
      MirrorRepository mirror,
      List<Source> named,
      List<Source> others,
      Transfer transfer,
      Runnable ensureRepository) {
    this.image = image;
    this.copy = copy;
    this.mirror = mirror;
    this.named = named;
    this.others = others;
    this.transfer = transfer;
    this.ensureRepository = ensureRepository;
  }

  /** Target first: what the mirror has is not asked for upstream. */
  Replication run() {
    try {
      var held = mirror.find(image.identifier());
      var wanted = image.digest() != null ? Optional.of(image.digest()) : wanted(held);
      if (wanted.isEmpty()) {
        return failures.of(image);
      }
      return held.equals(wanted) ? kept(wanted.get()) : bring(wanted.get());
    } catch (RegistryRefused refused) {
      failures.add(copy.registry(), refused);
      return failures.of(image);
    }
  }

  /**
   * The digest that the tag stands for. Upstream decides, and is asked without being pulled from.
   * Where it does not even answer that, the mirror's own copy of the tag is better than none, and
   * so is that of another source; the result names whichever it was.
   */
  private Optional<Digest> wanted(Optional<Digest> held) {
    var upstream = firstAnswer(named);
    if (upstream.isPresent() || !failures.isTemporary()) {
      return upstream;
    }
    return held.isPresent() ? held : firstAnswer(others);
  }

  private Optional<Digest> firstAnswer(List<Source> sources) {
    for (var source : sources) {
      try {
        var announced = source.repository().announce(image.identifier());
        if (announced.isPresent()) {
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
  private Digest digest(Announcement announced, Source source) {
    return announced.digest() != null
        ? announced.digest()
        : source.repository().fetch(image.identifier()).manifest().digest();
  }

  private static RegistryRefused absent() {
    return new RegistryRefused(
        RegistryRefused.Reason.NOT_FOUND, "there is no such image; check its name and tag");
  }

  /** Nothing has to move; who may pull is still brought up to date. */
  private Replication kept(Digest digest) {
    ensureRepository.run();
    return replicated(digest, copy);
  }

  /** The mirror itself is the first source: an image under another tag is only tagged anew. */
  private Replication bring(Digest wanted) {
    if (image.digest() == null && mirror.find(wanted.value()).isPresent()) {
      transfer.put(mirror.fetch(wanted).verified(wanted), copy);
      return kept(wanted);
    }
    for (var source : Stream.concat(others.stream(), named.stream()).toList()) {
      try {
        if (from(source, wanted)) {
          return replicated(wanted, source.reference());
        }
      } catch (RegistryRefused refused) {
        failures.add(source.toString(), refused);
        if (Failures.isFinal(refused)) {
          break;
        }
      }
    }
    return failures.of(image);
  }

  /** A repository is made only for an image that is known to exist. */
  private boolean from(Source source, Digest wanted) {
    var announced = source.repository().announce(wanted.value());
    if (announced.isEmpty()) {
      failures.add(source.toString(), absent());
      return false;
    }
    ensureRepository.run();
    transfer.bring(wanted, announced.get().quota(), source.repository(), copy);
    return true;
  }

  private Replicated replicated(Digest digest, ImageReference source) {
    var there = image.digest() == null ? copy.withDigest(digest) : copy.byDigest(digest);
    return new Replicated(image, there, source, transfer.tally());
  }
}
