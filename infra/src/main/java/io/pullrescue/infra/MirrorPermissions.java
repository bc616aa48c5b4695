package io.pullrescue.infra;

import java.util.List;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** Rights on the repositories of the mirror: they end at the prefixes of the upstreams. */
record MirrorPermissions(Permissions permissions, List<Upstream> upstreams) {
  MirrorPermissions {
    upstreams = List.copyOf(upstreams);
  }

  /** What the mirror holds; not the images themselves. */
  List<PolicyStatement> read() {
    return List.of(Permissions.allow("ReadMirror", mirrors(), "ecr:DescribeImages"));
  }

  /** Which tags it holds, and who pulled them. Only all repositories together can be listed. */
  List<PolicyStatement> list() {
    return List.of(
        Permissions.allow(
            "ListRepositories",
            List.of(permissions.slashed("ecr", "repository")),
            "ecr:DescribeRepositories"),
        Permissions.allow(
            "ListMirror", mirrors(), "ecr:DescribeImages", "ecr:ListTagsForResource"));
  }

  /** What a role of the operator's takes to pull from the mirror. */
  List<PolicyStatement> pull() {
    return List.of(
        logInToMirror(),
        Permissions.allow(
            "PullFromMirror",
            mirrors(),
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer"));
  }

  /** Makes repositories below our prefixes and fills them; deletes nothing. */
  List<PolicyStatement> write() {
    return List.of(
        logInToMirror(),
        Permissions.allow(
            "WriteMirror",
            mirrors(),
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

  /** The token is the account's, so this action knows no resource. */
  private static PolicyStatement logInToMirror() {
    return Permissions.allow("LogInToMirror", List.of("*"), "ecr:GetAuthorizationToken");
  }

  private List<String> mirrors() {
    return upstreams.stream()
        .map(upstream -> upstream.mirrorPrefix() + "/*")
        .map(name -> permissions.arn("ecr", "repository", ArnFormat.SLASH_RESOURCE_NAME, name))
        .toList();
  }
}
