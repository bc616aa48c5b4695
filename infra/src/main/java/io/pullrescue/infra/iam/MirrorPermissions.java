package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;

import io.pullrescue.config.PullRescueConfig.Mirror;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Grants access to the mirror's repositories, which begin with the prefix of the mirror and that of
 * an upstream.
 *
 * <p>Teams and ECR's pull-through cache may use the same prefixes. What writes to a repository or
 * opens it is therefore limited to those with the tag that the functions give to what they create.
 * ECR evaluates this key for all actions on repositories, also those that registry requests need.
 * Reading is not limited: a repository that is absent has no tags, and ECR would deny access to it
 * instead of answering that it is absent.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html">Actions
 *     and condition keys of Amazon ECR</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-supported-iam-actions-tagging.html">Tag-based
 *     access control</a>
 */
public final class MirrorPermissions {
  private static final String TAG = "created-by";
  private static final String TAG_VALUE = "pull-rescue";

  private final Stack stack;
  private final List<String> repositories;
  private final List<String> cacheRepositories;

  /**
   * Creates the permissions for the mirror repositories of these settings.
   *
   * @param cachePrefixes the prefixes of pull-through cache rules that images are copied through
   */
  public MirrorPermissions(Stack stack, Mirror mirror, List<String> cachePrefixes) {
    this.stack = stack;
    repositories = mirror.prefixes().values().stream().map(this::repositoriesBelow).toList();
    cacheRepositories = cachePrefixes.stream().map(this::repositoriesBelow).toList();
  }

  private String repositoriesBelow(String prefix) {
    return Statements.arn(stack, "ecr", "repository", ArnFormat.SLASH_RESOURCE_NAME, prefix + "/*");
  }

  /** Grants reading which images the mirror holds, but not the images themselves. */
  public void grantRead(IGrantable grantee) {
    grant(
        grantee,
        allow("ReadMirror", repositories, "ecr:DescribeImages", "ecr:ListTagsForResource"));
  }

  /** Grants listing the mirrored tags. ECR lists all repositories of an account or none. */
  public void grantList(IGrantable grantee) {
    grant(
        grantee,
        allow(
            "ListRepositories",
            List.of(Statements.allOf(stack, "ecr", "repository")),
            "ecr:DescribeRepositories"),
        allow("ListMirror", repositories, "ecr:DescribeImages", "ecr:ListTagsForResource"));
  }

  /** Grants pulling mirrored images. */
  public void grantPull(IGrantable grantee) {
    grant(
        grantee,
        getToken(),
        allow(
            "PullFromMirror",
            repositories,
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer"));
  }

  /** Grants creating mirror repositories and pushing to them; deleting is not included. */
  public void grantWrite(IGrantable grantee) {
    grant(
        grantee,
        getToken(),
        allow(
            "InspectMirror",
            repositories,
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:DescribeRepositories",
            "ecr:ListTagsForResource"),
        // The action supports no resource-level permissions.
        allow("ReadCacheRules", List.of("*"), "ecr:DescribePullThroughCacheRules"),
        createRepositories(),
        writeToOwnRepositories());
    if (!cacheRepositories.isEmpty()) {
      grant(grantee, pullThroughCaches());
    }
  }

  /**
   * Pulling through a rule imports the image with the caller's permissions, and creates the
   * repository of an image that nobody has pulled before.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html">IAM
   *     permissions for pull-through cache rules</a>
   */
  private PolicyStatement pullThroughCaches() {
    return allow(
        "PullThroughCaches",
        cacheRepositories,
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:CreateRepository",
        "ecr:GetDownloadUrlForLayer");
  }

  /**
   * Creating a repository with tags is tagging it as well; IAM cannot tell this from tagging one
   * that exists. A tag {@code created-by} of somebody else is not replaced.
   */
  private PolicyStatement createRepositories() {
    var statement = allow("CreateMirror", repositories, "ecr:CreateRepository", "ecr:TagResource");
    statement.addCondition("StringEquals", Map.of("aws:RequestTag/" + TAG, TAG_VALUE));
    statement.addCondition("ForAllValues:StringEquals", Map.of("aws:TagKeys", TAG));
    statement.addCondition("StringEqualsIfExists", Map.of("aws:ResourceTag/" + TAG, TAG_VALUE));
    return statement;
  }

  private PolicyStatement writeToOwnRepositories() {
    var statement =
        allow(
            "WriteMirror",
            repositories,
            "ecr:BatchCheckLayerAvailability",
            "ecr:CompleteLayerUpload",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:PutLifecyclePolicy",
            "ecr:SetRepositoryPolicy",
            "ecr:UploadLayerPart");
    statement.addCondition("StringEquals", Map.of("aws:ResourceTag/" + TAG, TAG_VALUE));
    return statement;
  }

  /**
   * Grants what ECR needs to encrypt new repositories with a key: the caller's permissions, used by
   * ECR on behalf of the caller.
   *
   * @param keyArn empty for a key of Amazon S3
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html">Encryption
   *     at rest</a>
   */
  public void grantEncrypt(IGrantable grantee, String keyArn) {
    if (keyArn.isEmpty()) {
      return;
    }
    var statement =
        allow(
            "EncryptMirror",
            List.of(keyArn),
            "kms:CreateGrant",
            "kms:DescribeKey",
            "kms:RetireGrant");
    statement.addCondition(
        "StringEquals",
        Map.of("kms:ViaService", "ecr.%s.%s".formatted(stack.getRegion(), stack.getUrlSuffix())));
    grant(grantee, statement);
  }

  /** The token is for the whole account: the action supports no resource-level permissions. */
  private static PolicyStatement getToken() {
    return allow("GetRegistryToken", List.of("*"), "ecr:GetAuthorizationToken");
  }
}
