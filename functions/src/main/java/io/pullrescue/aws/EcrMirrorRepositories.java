package io.pullrescue.aws;

import io.pullrescue.replication.MirrorRepositories;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/**
 * The mirror's repositories in Amazon ECR.
 *
 * <p>They get no lifecycle rule. One that expires untagged images would be the usual choice, but a
 * retried build pulls by digest, and the digest loses its tag as soon as upstream moves the tag.
 */
public final class EcrMirrorRepositories implements MirrorRepositories {
  private static final Tag MADE_BY = Tag.builder().key("created-by").value("pull-rescue").build();

  private final EcrClient ecr;
  private final PullPolicy policy;

  /** Repositories that CodeBuild may pull from for the projects of this account and region. */
  public EcrMirrorRepositories(EcrClient ecr, String account, String region) {
    this.ecr = ecr;
    this.policy = new PullPolicy(account, region);
  }

  @Override
  public void ensure(String repository) {
    var existing = create(repository) ? "" : policyOf(repository);
    var wanted = policy.within(existing);
    if (!policy.isSame(existing, wanted)) {
      ecr.setRepositoryPolicy(request -> request.repositoryName(repository).policyText(wanted));
    }
  }

  /** Whether it was missing; somebody else may have been quicker. */
  private boolean create(String repository) {
    try {
      ecr.createRepository(request ->
          request
              .repositoryName(repository)
              .imageScanningConfiguration(scanning -> scanning.scanOnPush(true))
              .encryptionConfiguration(encryption -> encryption.encryptionType("AES256"))
              .tags(MADE_BY));
      return true;
    } catch (RepositoryAlreadyExistsException exists) {
      return false;
    }
  }

  private String policyOf(String repository) {
    try {
      return ecr.getRepositoryPolicy(request -> request.repositoryName(repository)).policyText();
    } catch (RepositoryPolicyNotFoundException none) {
      return "";
    }
  }
}
