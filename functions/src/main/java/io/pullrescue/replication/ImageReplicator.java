package io.pullrescue.replication;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.AsyncCall;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.MirrorDestination.Placement;
import io.pullrescue.replication.PlatformSelector.SelectedManifest;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.replication.SourceResolver.ImageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies images into the mirror byte for byte, with the same digest and, by default, with all
 * platforms.
 *
 * <p>A replicator keeps no state. Content that the mirror has is skipped, so that a copy which was
 * stopped is resumed by requesting it again.
 */
public final class ImageReplicator {
  private static final Logger LOG = LoggerFactory.getLogger(ImageReplicator.class);

  private final MirrorNaming mirrorNaming;
  private final RegistryClient registryClient;
  private final MirrorRepositoryManager repositoryManager;
  private final RegistryCredentialsProvider credentialsProvider;
  private final CopyLimits limits;
  private final ByteBudget byteBudget;

  /**
   * Creates a replicator.
   *
   * @param credentialsProvider the credentials for the mirror and for upstream registries
   * @param byteBudget limits what all copies transfer together
   */
  public ImageReplicator(
      MirrorNaming mirrorNaming,
      RegistryClient registryClient,
      MirrorRepositoryManager repositoryManager,
      RegistryCredentialsProvider credentialsProvider,
      CopyLimits limits,
      ByteBudget byteBudget) {
    this.mirrorNaming = mirrorNaming;
    this.registryClient = registryClient;
    this.repositoryManager = repositoryManager;
    this.credentialsProvider = credentialsProvider;
    this.limits = limits;
    this.byteBudget = byteBudget;
  }

  /**
   * Copies an image, unless the mirror has it.
   *
   * @param deadline when to stop; the result is then {@link ReplicationResult.Deferred}
   * @param listener receives the progress
   */
  public ReplicationResult replicate(
      ImageReference image, CopyOptions options, Deadline deadline, CopyProgressListener listener) {
    return mirrorNaming
        .mirrorReference(image)
        .map(mirrorReference -> createRun(image, mirrorReference, options, deadline, listener))
        .map(Run::replicate)
        .orElseGet(() ->
            new Failed(
                image,
                "%s is not copied: %s".formatted(image, mirrorNaming.rejectionReason(image))));
  }

  private Run createRun(
      ImageReference image,
      ImageReference mirrorReference,
      CopyOptions options,
      Deadline deadline,
      CopyProgressListener listener) {
    var mirrorCredentials =
        credentialsProvider.resolveCredentials(mirrorNaming.registry()).orElse(null);
    var destination =
        new MirrorDestination(
            repositoryManager,
            registryClient.destinationRepository(mirrorReference, mirrorCredentials, deadline),
            mirrorReference,
            options.movesTags());
    var stats = new CopyStats.Collector(deadline.clock());
    var sourceResolver = new SourceResolver(mirrorNaming, registryClient, credentialsProvider);
    var copyLimits = limits.withReducedConcurrency(options.concurrencyReductions());
    return new Run(
        image,
        destination,
        sourceResolver.primarySources(image, options.sourceCredentials(), deadline),
        sourceResolver.cachedSources(
            repositoryManager.cachedReference(image), mirrorCredentials, deadline),
        sourceResolver.alternativeSources(image, deadline),
        sourceResolver.requiresPublicImage(image),
        options.platform() == null,
        new ImageCopier(
            image, destination, options, copyLimits, deadline, listener, stats, byteBudget),
        RequestBudget.of(options, stats),
        stats);
  }

  /** Runs the replication of one image: finds out which digest to copy, and from which source. */
  private static final class Run {
    private final List<String> cacheNotes = new ArrayList<>();
    private final ImageReference image;
    private final MirrorDestination destination;
    private List<ImageSource> primarySources;
    private final List<ImageSource> cachedSources;
    private final List<ImageSource> alternativeSources;
    private boolean mustBePublic;
    private final boolean allPlatforms;
    private final ImageCopier imageCopier;
    private final RequestBudget requestBudget;
    private final CopyStats.Collector stats;
    private final SourceFailures failures = new SourceFailures();
    private final Map<ImageSource, ManifestResponse.Head> heads = new HashMap<>();

    Run(
        ImageReference image,
        MirrorDestination destination,
        List<ImageSource> primarySources,
        List<ImageSource> cachedSources,
        List<ImageSource> alternativeSources,
        boolean mustBePublic,
        boolean allPlatforms,
        ImageCopier imageCopier,
        RequestBudget requestBudget,
        CopyStats.Collector stats) {
      this.image = image;
      this.destination = destination;
      this.primarySources = primarySources;
      this.cachedSources = cachedSources;
      this.alternativeSources = alternativeSources;
      this.mustBePublic = mustBePublic && primarySources.size() + cachedSources.size() > 1;
      this.allPlatforms = allPlatforms;
      this.imageCopier = imageCopier;
      this.requestBudget = requestBudget;
      this.stats = stats;
    }

    ReplicationResult replicate() {
      var result = copyUnlessMirrored();
      if (result instanceof Replicated replicated) {
        LOG.atInfo()
            .addKeyValue("image", image)
            .addKeyValue("digest", replicated.mirroredImage().digest())
            .addKeyValue("bytes", replicated.stats().bytesCopied())
            .log("the image is in the mirror");
      }
      return result;
    }

    private ReplicationResult copyUnlessMirrored() {
      try (var mirrorLookup = new AsyncCall<>(destination::findHeldDigest)) {
        // Upstream decides which digest a tag refers to, and does not count this request.
        var upstreamDigest =
            Optional.ofNullable(image.digest()).or(() -> firstDigest(primarySources()));
        var mirroredDigest = mirrorLookup.join();
        var digest = upstreamDigest.or(() -> fallbackDigest(mirroredDigest));
        if (digest.isEmpty()) {
          return failures.toResult(image, stats.snapshot());
        }
        var placement = destination.place(destination.mirrorReference(), digest.get());
        if (placement.missing().isEmpty()) {
          return alreadyMirrored(digest.get(), placement);
        }
        // The tag of the whole image is written only if all platforms are copied.
        if (allPlatforms) {
          destination.checkTagsMutable(placement, digest.get());
        }
        return copy(digest.get(), placement);
      } catch (RegistryException exception) {
        LOG.atWarn()
            .addKeyValue("image", image)
            .setCause(exception)
            .log("the mirror failed while the image was looked up or tagged");
        failures.add(destination.mirrorReference().registry(), exception);
        return failures.toResult(image, stats.snapshot());
      }
    }

    /** Returns no source if credentials would be needed that may not be used for the image. */
    private List<ImageSource> primarySources() {
      if (mustBePublic) {
        mustBePublic = false;
        if (!isPublic(primarySources.getLast())) {
          primarySources = List.of();
        }
      }
      return primarySources;
    }

    /**
     * Asks without credentials, which is no pull; an image counts as public only if it is known.
     */
    private boolean isPublic(ImageSource anonymous) {
      try {
        var head = anonymous.repository().headManifest(image.identifier());
        head.ifPresent(known -> heads.put(anonymous, known));
        if (head.isEmpty()) {
          giveUp(anonymous, notPublic());
        }
        return head.isPresent();
      } catch (RegistryException exception) {
        if (exception.reason() == Reason.DENIED) {
          giveUp(anonymous, notPublic());
          return false;
        }
        // A registry that answers no request now still issues tokens, which say what they grant.
        if (exception.isTemporary() && isPullGranted(anonymous)) {
          return true;
        }
        giveUp(anonymous.withPurpose("to find out whether the image is public"), exception);
        return false;
      }
    }

    private static boolean isPullGranted(ImageSource anonymous) {
      try {
        return anonymous.repository().isPullGranted();
      } catch (RegistryException unknown) {
        return false;
      }
    }

    private RegistryException notPublic() {
      return new RegistryException(
          Reason.DENIED,
          ("it does not exist or is private; check its name, or name %s in `privateImages` if everybody"
                  + " who can pull from the mirror may have it")
              .formatted(image.name()));
    }

    /**
     * If upstream is temporarily unavailable, the digest that the mirror has under this tag is
     * better than none, and so is the digest of an alternative source.
     */
    private Optional<Digest> fallbackDigest(Optional<Digest> mirroredDigest) {
      if (!failures.isTemporary()) {
        return Optional.empty();
      }
      return mirroredDigest.isPresent()
          ? mirroredDigest
          : firstDigest(
              Stream.concat(allowedCachedSources(), alternativeSources.stream()).toList());
    }

    /** A rule has credentials, so that it is used only for images that credentials may read. */
    private Stream<ImageSource> allowedCachedSources() {
      return primarySources().isEmpty() ? Stream.of() : cachedSources.stream();
    }

    private Optional<Digest> firstDigest(List<ImageSource> sources) {
      for (var source : sources) {
        try {
          var head = source.repository().headManifest(image.identifier());
          if (head.isPresent()) {
            recordPull(head.get());
            heads.put(source, head.get());
            return Optional.of(resolveDigest(head.get(), source));
          }
          giveUp(source, notFound());
        } catch (RegistryException exception) {
          giveUp(source, exception);
        }
      }
      return Optional.empty();
    }

    /** Pulls the manifest if the registry does not report its digest. */
    private Digest resolveDigest(ManifestResponse.Head head, ImageSource source) {
      if (head.digest() != null) {
        return head.digest();
      }
      requestBudget.require(1, head.rateLimit());
      requestBudget.record(head.rateLimit());
      return source.repository().getManifest(image.identifier()).manifest().digest();
    }

    private void recordPull(ManifestResponse.Head head) {
      if (head.isPull()) {
        requestBudget.record(head.rateLimit());
      }
    }

    private static RegistryException notFound() {
      return new RegistryException(
          Reason.NOT_FOUND, "there is no such image; check its name and tag");
    }

    /** Updates the pull permissions of the repository, but copies nothing. */
    private ReplicationResult alreadyMirrored(Digest digest, Placement placement) {
      destination.createIfAbsent();
      return result(
          new SelectedManifest(
              digest, RateLimit.UNLIMITED, placement.mirrorReference(), placement.notes()),
          destination.mirrorReference());
    }

    /** Only sets the tag if the mirror has the image under another tag. */
    private ReplicationResult copy(Digest digest, Placement placement) {
      if (image.digest() == null) {
        destination.createIfAbsent();
        if (destination.hasManifest(digest)) {
          imageCopier.tag(digest, placement.missing());
          return alreadyMirrored(digest, placement);
        }
      }
      for (var source :
          Stream.of(allowedCachedSources(), alternativeSources.stream(), primarySources().stream())
              .flatMap(Function.identity())
              .toList()) {
        try {
          var head = headManifest(source, digest);
          if (head.isPresent()) {
            var copied = imageCopier.copy(digest, head.get().rateLimit(), source.repository());
            if (cachedSources.contains(source)) {
              cacheNotes.add(
                  "copied through the account's pull-through cache, from which %s can be pulled as well"
                      .formatted(source.reference()));
            }
            return result(copied, source.reference());
          }
          giveUp(source, cachedSources.contains(source) ? notCached() : notFound());
        } catch (RegistryException exception) {
          if (exception.reason() == Reason.REPOSITORY_UNUSABLE) {
            throw exception;
          }
          giveUp(
              source,
              destination.isNew() && !cachedSources.contains(source)
                  ? asTemporary(exception)
                  : exception);
          if (SourceFailures.isFinal(exception)) {
            break;
          }
        }
      }
      return failures.toResult(image, stats.snapshot());
    }

    /** The mirror may deny access to a repository for some moments after it was created. */
    private static RegistryException asTemporary(RegistryException exception) {
      return exception.reason() == Reason.DENIED
          ? new RegistryException(
              Reason.UNAVAILABLE,
              exception.getMessage() + " (or the new repository is not ready yet)",
              exception)
          : exception;
    }

    private static RegistryException notCached() {
      return new RegistryException(
          Reason.NOT_FOUND,
          "it has no image with the digest that upstream has; ECR imports by tag only, and asks"
              + " upstream for a tag once in 24 hours");
    }

    /** Reuses the response of a source that has reported this digest before. */
    private Optional<ManifestResponse.Head> headManifest(ImageSource source, Digest digest) {
      // A request by tag imports the image, or what upstream now has for the tag.
      if (image.tag() != null && cachedSources.contains(source)) {
        source.repository().headManifest(image.tag());
      }
      var head = heads.get(source);
      return head != null && digest.equals(head.digest())
          ? Optional.of(head)
          : source.repository().headManifest(digest.value());
    }

    private void giveUp(ImageSource source, RegistryException exception) {
      LOG.atWarn()
          .addKeyValue("image", image)
          .addKeyValue("source", source)
          .setCause(exception)
          .log("this source cannot provide the image");
      if (cachedSources.contains(source)) {
        cacheNotes.add(source + " did not provide it: " + exception.getMessage());
      }
      failures.add(source.toString(), exception);
    }

    private Replicated result(SelectedManifest copied, ImageReference source) {
      var mirrorReference = copied.mirrorReference();
      var mirroredImage =
          image.digest() == null
              ? mirrorReference.withDigest(copied.digest())
              : mirrorReference.byDigest(copied.digest());
      return new Replicated(
          image,
          mirroredImage,
          source,
          stats.snapshot(),
          Stream.concat(copied.notes().stream(), cacheNotes.stream()).distinct().toList());
    }
  }
}
