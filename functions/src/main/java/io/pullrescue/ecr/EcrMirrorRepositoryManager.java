package io.pullrescue.ecr;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.config.MirrorAccess;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.MirrorRepositoryManager;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.EncryptionConfiguration;
import software.amazon.awssdk.services.ecr.model.EncryptionType;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.KmsException;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;

/**
 * Creates and inspects the mirror's repositories in Amazon ECR. Repositories that others created
 * are neither filled nor opened.
 *
 * <p>The lifecycle policy archives images that are no longer pulled, tagged or not. The common rule
 * of expiring untagged images is not used: a retried build pulls by digest, and the image loses its
 * tag as soon as upstream moves the tag.
 */
public final class EcrMirrorRepositoryManager implements MirrorRepositoryManager {
  /** The limit of BatchCheckLayerAvailability. */
  private static final int MAX_LAYERS_PER_CALL = 100;

  /** The minimum that ECR accepts, and the minimum storage time that it charges for. */
  private static final int MIN_DAYS_IN_ARCHIVE = 90;

  private static final Logger LOG = LoggerFactory.getLogger(EcrMirrorRepositoryManager.class);

  private final EcrClient ecr;
  private final RepositoryPolicyMerger policyMerger;
  private final RepositoryOwnership ownership;
  private final PullThroughCacheRules cacheRules;
  private final int archiveAfterDays;
  private final EncryptionConfiguration encryption;

  /**
   * Creates a manager of repositories from which CodeBuild can pull for projects of this account
   * and region.
   *
   * @param mirrorAccess the accounts that can pull
   * @param cacheRules the account's rules, whose repositories are not filled
   * @param archiveAfterDays the days without a pull after which an image is archived; 0 for never
   * @param kmsKeyArn the key of new repositories; empty for a key of Amazon S3
   */
  public EcrMirrorRepositoryManager(
      EcrClient ecr,
      String account,
      String region,
      MirrorAccess mirrorAccess,
      PullThroughCacheRules cacheRules,
      int archiveAfterDays,
      String kmsKeyArn) {
    this.ecr = ecr;
    this.policyMerger = new RepositoryPolicyMerger(account, region, mirrorAccess);
    this.ownership = new RepositoryOwnership(ecr, account, region);
    this.cacheRules = cacheRules;
    this.archiveAfterDays = archiveAfterDays;
    this.encryption =
        kmsKeyArn.isEmpty()
            ? EncryptionConfiguration.builder().encryptionType(EncryptionType.AES256).build()
            : EncryptionConfiguration.builder()
                .encryptionType(EncryptionType.KMS)
                .kmsKey(kmsKeyArn)
                .build();
  }

  @Override
  public Optional<ImageReference> cachedReference(ImageReference image) {
    return cacheRules.cachedReference(image);
  }

  /** What may not be listed counts as not held: the copy then shows what is denied. */
  @Override
  public Optional<Digest> findDigest(
      ImageReference mirrorReference, DestinationRepository repository) {
    try {
      return EcrMirrorLookup.findDigest(ecr, mirrorReference);
    } catch (EcrException error) {
      LOG.warn(
          "looking for {} failed, so it counts as not mirrored: {}",
          mirrorReference,
          AwsErrors.describe(error));
      return Optional.empty();
    }
  }

  @Override
  public boolean createIfAbsent(String repository) {
    var own = ownership.isOwn(repository);
    if (!own.orElse(false)) {
      cacheRules
          .owningRule(repository)
          .ifPresent(rule -> {
            throw unusable(
                ("the repository %s belongs to the pull-through cache rule %s, whose tags ECR itself moves:"
                        + " deploy with a `mirrorPrefix` that no rule has, such as pull-rescue")
                    .formatted(repository, rule));
          });
    }
    var created = own.isEmpty() && create(repository);
    if (!created && !own.or(() -> ownership.isOwn(repository)).orElse(false)) {
      throw unusable(
          ("the repository %s exists and was not created by pull-rescue, so that it is neither filled"
                  + " nor opened: give it the tag created-by = pull-rescue to allow that, or delete"
                  + " it, or exclude the image by `deniedImages`")
              .formatted(repository));
    }
    try {
      configure(repository, created);
    } catch (EcrException error) {
      throw toRegistryException("changing the policies of " + repository, created, error);
    }
    return created;
  }

  /** Returns false if the repository was created concurrently. */
  private boolean create(String repository) {
    try {
      ecr.createRepository(request ->
          request
              .repositoryName(repository)
              .imageScanningConfiguration(scanning -> scanning.scanOnPush(true))
              .encryptionConfiguration(encryption)
              .tags(RepositoryOwnership.CREATED_BY_TAG));
      return true;
    } catch (RepositoryAlreadyExistsException exists) {
      return false;
    } catch (KmsException key) {
      throw unusable(
          "the repository %s cannot be encrypted with the key of `kmsKeyArn`: %s; check the key's policy"
              .formatted(repository, AwsErrors.describe(key)));
    } catch (EcrException error) {
      throw toRegistryException("creating the repository " + repository, false, error);
    }
  }

  /**
   * A repository without any policy was not completed when it was created. The lifecycle policy of
   * others is left as it is, because an operator may have changed it.
   */
  private void configure(String repository, boolean created) {
    var existing = created ? "" : getPolicy(repository);
    var merged = merge(repository, existing);
    if (!policyMerger.isEquivalent(existing, merged)) {
      ecr.setRepositoryPolicy(request -> request.repositoryName(repository).policyText(merged));
    }
    if (existing.isEmpty()) {
      putLifecyclePolicy(repository);
    }
  }

  private String merge(String repository, String existing) {
    try {
      return policyMerger.merge(existing);
    } catch (IllegalArgumentException unreadable) {
      throw unusable(
          "the policy of the repository %s was left as it is, because %s: correct or delete it"
              .formatted(repository, unreadable.getMessage()));
    }
  }

  /**
   * The role may change only repositories with our tag, which IAM may know later than ECR: a new
   * repository is completed by the next attempt. Throttling and server errors are rethrown.
   *
   * @see <a href="https://github.com/hashicorp/terraform-provider-aws/issues/28012">The same with
   *     Terraform</a>
   */
  private static RegistryException toRegistryException(
      String operation, boolean created, EcrException error) {
    var description = operation + " failed: " + AwsErrors.describe(error);
    return created && isAccessDenied(error)
        ? new RegistryException(
            Reason.UNAVAILABLE, description + "; the tag of the new repository has no effect yet")
        : unusable(description);
  }

  private static RegistryException unusable(String message) {
    return new RegistryException(Reason.REPOSITORY_UNUSABLE, message);
  }

  private static boolean isAccessDenied(Throwable error) {
    return error instanceof EcrException ecrError
        && ecrError.awsErrorDetails() != null
        && "AccessDeniedException".equals(ecrError.awsErrorDetails().errorCode());
  }

  private void putLifecyclePolicy(String repository) {
    if (archiveAfterDays == 0) {
      return;
    }
    var policy = lifecyclePolicy();
    try {
      ecr.putLifecyclePolicy(
          request -> request.repositoryName(repository).lifecyclePolicyText(policy));
    } catch (InvalidParameterException archiveNotSupported) {
      LOG.atWarn()
          .addKeyValue("repository", repository)
          .setCause(archiveNotSupported)
          .log("this region does not support archiving images; unused images are kept");
    }
  }

  @Override
  public boolean isTagImmutable(String repository, String tag) {
    return ecr
        .describeRepositories(request -> request.repositoryNames(repository))
        .repositories()
        .stream()
        .anyMatch(known -> isImmutable(known, tag));
  }

  /** For mutability settings unknown to the SDK, ECR itself decides when the tag is set. */
  private static boolean isImmutable(Repository repository, String tag) {
    return switch (repository.imageTagMutability()) {
      case IMMUTABLE -> true;
      case IMMUTABLE_WITH_EXCLUSION -> !matchesExclusionFilter(repository, tag);
      case MUTABLE_WITH_EXCLUSION -> matchesExclusionFilter(repository, tag);
      case MUTABLE, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  /** Matches filters of the only existing type, in which {@code *} matches any characters. */
  private static boolean matchesExclusionFilter(Repository repository, String tag) {
    return repository.imageTagMutabilityExclusionFilters().stream()
        .map(excluded -> "\\Q" + excluded.filter().replace("*", "\\E.*\\Q") + "\\E")
        .anyMatch(tag::matches);
  }

  @Override
  public Optional<Set<Digest>> existingBlobs(String repository, List<Digest> blobs) {
    try {
      var existing = new HashSet<Digest>();
      for (var start = 0; start < blobs.size(); start += MAX_LAYERS_PER_CALL) {
        var chunk = blobs.subList(start, Math.min(blobs.size(), start + MAX_LAYERS_PER_CALL));
        existing.addAll(availableLayers(repository, chunk));
      }
      return Optional.of(existing);
    } catch (SdkException unavailable) {
      LOG.atWarn()
          .addKeyValue("repository", repository)
          .setCause(unavailable)
          .log("BatchCheckLayerAvailability failed; blobs are checked one by one");
      return Optional.empty();
    }
  }

  private List<Digest> availableLayers(String repository, List<Digest> blobs) {
    return ecr
        .batchCheckLayerAvailability(request ->
            request
                .repositoryName(repository)
                .layerDigests(blobs.stream().map(Digest::value).toList()))
        .layers()
        .stream()
        .filter(layer -> layer.layerAvailability() == LayerAvailability.AVAILABLE)
        .map(layer -> new Digest(layer.layerDigest()))
        .toList();
  }

  private String getPolicy(String repository) {
    try {
      return ecr.getRepositoryPolicy(request -> request.repositoryName(repository)).policyText();
    } catch (RepositoryPolicyNotFoundException none) {
      return "";
    }
  }

  /**
   * A pull of an archived image fails like that of a missing one, and leads to the same recovery.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html">Lifecycle
   *     policy properties</a>
   */
  private String lifecyclePolicy() {
    return """
    {"rules": [
      {"rulePriority": 1, "description": "Archive images that are not pulled",
       "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": %d},
       "action": {"type": "transition", "targetStorageClass": "archive"}},
      {"rulePriority": 2, "description": "Delete archived images",
       "selection": {"tagStatus": "any", "storageClass": "archive", "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": %d},
       "action": {"type": "expire"}}
    ]}
    """
        .formatted(archiveAfterDays, MIN_DAYS_IN_ARCHIVE);
  }
}
