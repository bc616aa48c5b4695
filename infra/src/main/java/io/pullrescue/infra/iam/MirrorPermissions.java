package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;
import static java.util.Objects.requireNonNull;

import io.pullrescue.config.UpstreamRegistries;
import java.util.List;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** Grants access to the mirror's repositories, which begin with the prefix of an upstream. */
public final class MirrorPermissions {
  private final Stack stack;
  private final List<String> repositories;

  /** Creates the permissions for the mirror repositories of these upstreams. */
  public MirrorPermissions(Stack stack, List<String> upstreams) {
    this.stack = stack;
    repositories = upstreams.stream().map(this::repositoriesOf).toList();
  }

  private String repositoriesOf(String upstream) {
    var prefix = requireNonNull(UpstreamRegistries.DEFAULT_PREFIXES.get(upstream));
    return Statements.arn(stack, "ecr", "repository", ArnFormat.SLASH_RESOURCE_NAME, prefix + "/*");
  }

  /** Grants reading which images the mirror holds, but not the images themselves. */
  public void grantRead(IGrantable grantee) {
    grant(grantee, allow("ReadMirror", repositories, "ecr:DescribeImages"));
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
            "WriteMirror",
            repositories,
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:CreateRepository",
            "ecr:DescribeRepositories",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:PutLifecyclePolicy",
            "ecr:SetRepositoryPolicy",
            "ecr:TagResource",
            "ecr:UploadLayerPart"));
  }

  /** The token is for the whole account: the action supports no resource-level permissions. */
  private static PolicyStatement getToken() {
    return allow("GetRegistryToken", List.of("*"), "ecr:GetAuthorizationToken");
  }
}
