package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.Replication.Refused;
import java.util.Optional;

/**
 * Copies an image into the mirror: the same bytes, the same digest, all platforms.
 *
 * <p>It keeps no state. What the mirror has is skipped, so whoever was stopped in the middle simply
 * asks again.
 */
public final class Replicator {
  private final Mirror mirror;
  private final Registries registries;
  private final MirrorRepositories repositories;
  private final Logins logins;
  private final Limits limits;
  private final Selection selection;

  /** A replicator over these ports, within these limits. */
  public Replicator(
      Mirror mirror,
      Registries registries,
      MirrorRepositories repositories,
      Logins logins,
      Limits limits) {
    this(mirror, registries, repositories, logins, limits, new Selection(null));
  }

  private Replicator(
      Mirror mirror,
      Registries registries,
      MirrorRepositories repositories,
      Logins logins,
      Limits limits,
      Selection selection) {
    this.mirror = mirror;
    this.registries = registries;
    this.repositories = repositories;
    this.logins = logins;
    this.limits = limits;
    this.selection = selection;
  }

  /** The same, but of every image only this platform: under its own digest and a tag of its own. */
  public Replicator only(Platform platform) {
    return new Replicator(
        mirror, registries, repositories, logins, limits, new Selection(platform));
  }

  /** The same, with this login at a registry that images come from. */
  public Replicator loggedIn(String registry, Login login) {
    Logins known = it -> it.equals(registry) ? Optional.of(login) : logins.at(it);
    return new Replicator(mirror, registries, repositories, known, limits, selection);
  }

  /**
   * The same with fewer blobs at once, a quarter for each time: on a narrow link one that arrives
   * whole is worth more than eight that do not.
   */
  public Replicator restrained(int times) {
    return new Replicator(
        mirror, registries, repositories, logins, limits.restrained(times), selection);
  }

  /** The same, but so many of the pulls that an upstream still allows are left to others. */
  public Replicator sparing(long pulls) {
    return new Replicator(
        mirror, new SparingRegistries(registries, pulls), repositories, logins, limits, selection);
  }

  /** Copies the image, or says why not; a deadline that comes first postpones what is left. */
  public Replication replicate(ImageReference image, Deadline deadline, Progress progress) {
    return mirror
        .copyOf(image)
        .map(copy -> attempt(image, copy, deadline, progress).run())
        .orElseGet(() -> notAllowed(image));
  }

  private Attempt attempt(
      ImageReference image, ImageReference copy, Deadline deadline, Progress progress) {
    var login = logins.at(mirror.registry()).orElse(null);
    var destination = new Destination(repositories, registries.mirror(copy, login, deadline), copy);
    var tally = new RunningTally(deadline.clock());
    var upstreams = new Upstreams(mirror, registries, logins);
    return new Attempt(
        image,
        destination,
        upstreams.named(image, deadline),
        upstreams.others(image, deadline),
        delivery(destination, deadline, progress, tally),
        tally);
  }

  /** Referrers are small and come last: they move without a word to whoever watches. */
  private Delivery delivery(
      Destination destination, Deadline deadline, Progress progress, RunningTally tally) {
    var quiet = new Transfer(destination, deadline, Progress.SILENT, limits, tally);
    return new Delivery(
        destination,
        new Transfer(destination, deadline, progress, limits, tally),
        new Referrers(destination, quiet, new SideBySide(limits.blobsAtOnce(), deadline)),
        selection,
        tally);
  }

  private Refused notAllowed(ImageReference image) {
    return new Refused(image, "%s is not copied: %s".formatted(image, mirror.refusal(image)));
  }
}
