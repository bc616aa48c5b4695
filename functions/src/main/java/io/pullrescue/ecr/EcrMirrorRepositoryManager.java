package io.pullrescue.ecr;

import io.pullrescue.config.CrossAccountAccess;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.MirrorRepositoryManager;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/**
 * The mirror's repositories in Amazon ECR.
 *
 * <p>What nobody pulls goes, whether it has a tag or not: to expire untagged images would be the
 * usual rule, but a retried build pulls by digest, and the digest loses its tag as soon as upstream
 * moves the tag.
 */
public final class EcrMirrorRepositoryManager implements MirrorRepositoryManager {
  static final Tag CREATED_BY_TAG = Tag.builder().key("created-by").value("pull-rescue").build();

  /** BatchCheckLayerAvailability takes no more. */
  private static final int MAX_LAYERS_PER_CALL = 100;

  private final EcrClient ecr;
  private final RepositoryPolicyMerger policyMerger;
  private final @Nullable LifecyclePolicy lifecyclePolicy;

  /**
   * Repositories that CodeBuild may pull from for the projects of this account and region.
   *
   * @param crossAccountAccess who else may pull
   * @param archiveAfterDays how long a copy that nobody pulls stays at hand; 0 for ever
   */
  public EcrMirrorRepositoryManager(
      EcrClient ecr,
      String account,
      String region,
      CrossAccountAccess crossAccountAccess,
      int archiveAfterDays) {
    this.ecr = ecr;
    this.policyMerger = new RepositoryPolicyMerger(account, region, crossAccountAccess);
    this.lifecyclePolicy = archiveAfterDays == 0 ? null : new LifecyclePolicy(archiveAfterDays);
  }

  @Override
  public boolean createIfAbsent(String repository) {
    var created = create(repository);
    var existing = created ? "" : getPolicy(repository);
    var wanted = policyMerger.merge(existing);
    if (!policyMerger.isEquivalent(existing, wanted)) {
      ecr.setRepositoryPolicy(request -> request.repositoryName(repository).policyText(wanted));
    }
    return created;
  }

  /** Whether it was missing; somebody else may have been quicker. */
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

  /** A repository that was there keeps the rules that its owner gave it, or took away. */
  private void putLifecyclePolicy(String repository) {
    if (lifecyclePolicy != null) {
      try {
        ecr.putLifecyclePolicy(request ->
            request.repositoryName(repository).lifecyclePolicyText(lifecyclePolicy.text()));
      } catch (InvalidParameterException noArchiveHere) {
        // An ECR that knows no archive keeps the copies: no rescue should fail of that.
      }
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

  /** Kinds that the SDK does not know yet are ECR's to decide, when the tag is set. */
  private static boolean isImmutable(Repository repository, String tag) {
    return switch (repository.imageTagMutability()) {
      case IMMUTABLE -> true;
      case IMMUTABLE_WITH_EXCLUSION -> !matchesExclusionFilter(repository, tag);
      case MUTABLE_WITH_EXCLUSION -> matchesExclusionFilter(repository, tag);
      case MUTABLE, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  /** The one kind of filter there is: text with {@code *} for any characters. */
  private static boolean matchesExclusionFilter(Repository repository, String tag) {
    return repository.imageTagMutabilityExclusionFilters().stream()
        .map(excluded -> "\\Q" + excluded.filter().replace("*", "\\E.*\\Q") + "\\E")
        .anyMatch(tag::matches);
  }

  /** Where the API does not answer, the registry itself will: one by one, with the same truth. */
  @Override
  public Optional<Set<Digest>> existingBlobs(String repository, List<Digest> blobs) {
    try {
      var existing = new HashSet<Digest>();
      for (var start = 0; start < blobs.size(); start += MAX_LAYERS_PER_CALL) {
        var chunk = blobs.subList(start, Math.min(blobs.size(), start + MAX_LAYERS_PER_CALL));
        existing.addAll(availableLayers(repository, chunk));
      }
      return Optional.of(existing);
    } catch (SdkException unanswered) {
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
}
