package io.pullrescue.replication;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.ReplicationResult.Failed;
import java.util.Optional;

/**
 * Copies an image into the mirror: the same bytes, the same digest, all platforms.
 *
 * <p>It keeps no state. What the mirror has is skipped, so whoever was stopped in the middle simply
 * asks again.
 */
public final class ImageReplicator {
  private final MirrorNaming mirrorNaming;
  private final RegistryClient registryClient;
  private final MirrorRepositoryManager repositoryManager;
  private final RegistryCredentialsProvider credentialsProvider;
  private final CopyLimits limits;
  private final PlatformSelector platformSelector;

  /** A replicator over these ports, within these limits. */
  public ImageReplicator(
      MirrorNaming mirrorNaming,
      RegistryClient registryClient,
      MirrorRepositoryManager repositoryManager,
      RegistryCredentialsProvider credentialsProvider,
      CopyLimits limits) {
    this(
        mirrorNaming,
        registryClient,
        repositoryManager,
        credentialsProvider,
        limits,
        new PlatformSelector(null));
  }

  private ImageReplicator(
      MirrorNaming mirrorNaming,
      RegistryClient registryClient,
      MirrorRepositoryManager repositoryManager,
      RegistryCredentialsProvider credentialsProvider,
      CopyLimits limits,
      PlatformSelector platformSelector) {
    this.mirrorNaming = mirrorNaming;
    this.registryClient = registryClient;
    this.repositoryManager = repositoryManager;
    this.credentialsProvider = credentialsProvider;
    this.limits = limits;
    this.platformSelector = platformSelector;
  }

  /** The same, but of every image only this platform: under its own digest and a tag of its own. */
  public ImageReplicator forPlatform(Platform platform) {
    return new ImageReplicator(
        mirrorNaming,
        registryClient,
        repositoryManager,
        credentialsProvider,
        limits,
        new PlatformSelector(platform));
  }

  /** The same, with this login at a registry that images come from. */
  public ImageReplicator withCredentials(String registry, RegistryCredentials credentials) {
    RegistryCredentialsProvider provider =
        value ->
            value.equals(registry)
                ? Optional.of(credentials)
                : credentialsProvider.resolveCredentials(value);
    return new ImageReplicator(
        mirrorNaming, registryClient, repositoryManager, provider, limits, platformSelector);
  }

  /**
   * The same with fewer blobs at once, a quarter for each time: on a narrow link one that arrives
   * whole is worth more than eight that do not.
   */
  public ImageReplicator withReducedConcurrency(int reductions) {
    return new ImageReplicator(
        mirrorNaming,
        registryClient,
        repositoryManager,
        credentialsProvider,
        limits.withReducedConcurrency(reductions),
        platformSelector);
  }

  /** The same, but so many of the pulls that an upstream still allows are left to others. */
  public ImageReplicator withPullReserve(long reserve) {
    return new ImageReplicator(
        mirrorNaming,
        new QuotaReservingRegistryClient(registryClient, reserve),
        repositoryManager,
        credentialsProvider,
        limits,
        platformSelector);
  }

  /** Copies the image, or says why not; a deadline that comes first postpones what is left. */
  public ReplicationResult replicate(
      ImageReference image, Deadline deadline, CopyProgressListener listener) {
    return mirrorNaming
        .mirrorReference(image)
        .map(mirrorReference -> createRun(image, mirrorReference, deadline, listener).run())
        .orElseGet(() -> notAllowed(image));
  }

  private ReplicationRun createRun(
      ImageReference image,
      ImageReference mirrorReference,
      Deadline deadline,
      CopyProgressListener listener) {
    var credentials = credentialsProvider.resolveCredentials(mirrorNaming.registry()).orElse(null);
    var destination =
        new MirrorDestination(
            repositoryManager,
            registryClient.destinationRepository(mirrorReference, credentials, deadline),
            mirrorReference);
    var stats = new CopyStatsCollector(deadline.clock());
    var sourceResolver = new SourceResolver(mirrorNaming, registryClient, credentialsProvider);
    return new ReplicationRun(
        image,
        destination,
        sourceResolver.primarySources(image, deadline),
        sourceResolver.alternativeSources(image, deadline),
        createCopier(destination, deadline, listener, stats),
        stats);
  }

  /** Referrers are small and come last: they move without a word to whoever watches. */
  private ImageCopier createCopier(
      MirrorDestination destination,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStatsCollector stats) {
    var silentCopier =
        new ManifestTreeCopier(destination, deadline, CopyProgressListener.NONE, limits, stats);
    return new ImageCopier(
        destination,
        new ManifestTreeCopier(destination, deadline, listener, limits, stats),
        new ReferrerCopier(
            destination, silentCopier, new ParallelExecutor(limits.maxConcurrentBlobs(), deadline)),
        platformSelector,
        stats);
  }

  private Failed notAllowed(ImageReference image) {
    return new Failed(
        image, "%s is not copied: %s".formatted(image, mirrorNaming.rejectionReason(image)));
  }
}
