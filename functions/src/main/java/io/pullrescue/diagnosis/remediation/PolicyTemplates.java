package io.pullrescue.diagnosis.remediation;

/** IAM statements and policies, whole, ready to be pasted. */
final class PolicyTemplates {
  private PolicyTemplates() {}

  /** For a role that pulls from this repository. */
  static String repositoryPull(EcrRepository repository) {
    return """
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
          "Effect": "Allow",
          "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          "Resource": "%s"
        }
      ]
    }\
    """
        .formatted(repository.arn());
  }

  /** For the repository, where this role of another account pulls from it. */
  static String crossAccountPull(PullRole role) {
    return repositoryPolicy("\"AWS\": \"" + role.arn() + "\"");
  }

  /** For the repository, where CodeBuild itself pulls with its own credentials. */
  static String codeBuildServicePull() {
    return repositoryPolicy("\"Service\": \"codebuild.amazonaws.com\"");
  }

  private static String repositoryPolicy(String principal) {
    return """
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "AllowPull",
          "Effect": "Allow",
          "Principal": {%s},
          "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        }
      ]
    }\
    """
        .formatted(principal);
  }

  /** For a role that reads registry credentials from this secret. */
  static String readSecret(String secretArn, String region, String account) {
    return """
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "%s"},
        {
          "Effect": "Allow",
          "Action": "kms:Decrypt",
          "Resource": "arn:aws:kms:%s:%s:key/KEY-ID"
        }
      ]
    }\
    """
        .formatted(secretArn, region, account);
  }

  /** For a role that reads registry credentials from parameters under this path. */
  static String readParameters(String path, String region, String account) {
    return """
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "ssm:GetParameters",
          "Resource": "arn:aws:ssm:%s:%s:parameter%s/*"
        }
      ]
    }\
    """
        .formatted(region, account, path);
  }

  /** For a role that logs in to Amazon ECR Public, which raises its limits. */
  static String ecrPublicPull() {
    return """
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
          "Resource": "*"
        }
      ]
    }\
    """;
  }
}
