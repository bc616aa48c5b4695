package io.pullrescue.ecr;

import io.pullrescue.config.CrossAccountAccess;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.MirrorRepositoryManager;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/**
 * Creates and inspects the mirror's repositories in Amazon ECR.
 *
 * <p>The lifecycle policy archives images that are no longer pulled, tagged or not. The common rule
 * of expiring untagged images is not used: a retried build pulls by digest, and the image loses its
 * tag as soon as upstream moves the tag.
 */
public final class EcrMirrorRepositoryManager implements MirrorRepositoryManager {
  static final Tag CREATED_BY_TAG = Tag.builder().key("created-by").value("pull-rescue").build();

  /** The limit of BatchCheckLayerAvailability. */
  private static final int MAX_LAYERS_PER_CALL = 100;

  /** The minimum that ECR accepts, and the minimum storage time that it charges for. */
  private static final int MIN_DAYS_IN_ARCHIVE = 90;

  private static final Logger LOG = LoggerFactory.getLogger(EcrMirrorRepositoryManager.class);

  private final EcrClient ecr;
  private final RepositoryPolicyMerger policyMerger;
  private final int archiveAfterDays;

  /**
   * Creates a manager of repositories from which CodeBuild can pull for projects of this account
   * and region.
   *
   * @param crossAccountAccess the other accounts that can pull
   * @param archiveAfterDays the days without a pull after which an image is archived; 0 for never
   */
  public EcrMirrorRepositoryManager(
      EcrClient ecr,
      String account,
      String region,
      CrossAccountAccess crossAccountAccess,
      int archiveAfterDays) {
    this.ecr = ecr;
    this.policyMerger = new RepositoryPolicyMerger(account, region, crossAccountAccess);
    this.archiveAfterDays = archiveAfterDays;
  }

  @Override
  public boolean createIfAbsent(String repository) {
    var created = create(repository);
    var existing = created ? "" : getPolicy(repository);
    var merged = policyMerger.merge(existing);
    if (!policyMerger.isEquivalent(existing, merged)) {
      ecr.setRepositoryPolicy(request -> request.repositoryName(repository).policyText(merged));
    }
    return created;
  }

  /** Returns false if the repository exists, also if it was created concurrently. */
  private boolean create(String repository) {
    try {
      ecr.createRepository(request ->
          request
              .repositoryName(repository)
              .imageScanningConfiguration(scanning -> scanning.scanOnPush(true))
              .encryptionConfiguration(encryption -> encryption.encryptionType("AES256"))
              .tags(CREATED_BY_TAG));
    } catch (RepositoryAlreadyExistsException exists) {
      return false;
    }
    putLifecyclePolicy(repository);
    return true;
  }

  /**
   * Existing repositories are left as they are, because an operator may have changed the policy.
   */
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
