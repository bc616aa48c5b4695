package io.pullrescue.diagnosis.remediation;

import java.util.List;
import software.amazon.awssdk.policybuilder.iam.IamEffect;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;
import software.amazon.awssdk.policybuilder.iam.IamPolicyWriter;
import software.amazon.awssdk.policybuilder.iam.IamPrincipal;
import software.amazon.awssdk.policybuilder.iam.IamPrincipalType;
import software.amazon.awssdk.policybuilder.iam.IamStatement;

/** Prints complete IAM policies as JSON, ready to be pasted. */
final class PolicyTemplates {
  private static final IamPolicyWriter WRITER = IamPolicyWriter.builder().prettyPrint(true).build();

  private static final List<String> PULL_ACTIONS =
      List.of("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer");

  private PolicyTemplates() {}

  /** Returns the policy of a role that pulls from this repository. */
  static String repositoryPull(EcrRepository repository) {
    var pull = allow(repository.arn()).toBuilder();
    PULL_ACTIONS.forEach(pull::addAction);
    return policy(allow("*", "ecr:GetAuthorizationToken"), pull.build());
  }

  /** Returns the policy of a repository that this role of another account pulls from. */
  static String crossAccountPull(PullRole role) {
    return repositoryPolicy(IamPrincipal.create(IamPrincipalType.AWS, role.arn()));
  }

  /** Returns the policy of a repository that CodeBuild pulls from with its own credentials. */
  static String codeBuildServicePull() {
    return repositoryPolicy(
        IamPrincipal.create(IamPrincipalType.SERVICE, "codebuild.amazonaws.com"));
  }

  /** Returns the policy of a role that reads registry credentials from this secret. */
  static String readSecret(String secretArn, String kmsKeyArn) {
    return policy(
        allow(secretArn, "secretsmanager:GetSecretValue"), allow(kmsKeyArn, "kms:Decrypt"));
  }

  /** Returns the policy of a role that reads registry credentials from these parameters. */
  static String readParameters(String parameterArn) {
    return policy(allow(parameterArn, "ssm:GetParameters"));
  }

  /** Returns the policy of a role that authenticates to Amazon ECR Public. */
  static String ecrPublicPull() {
    return policy(allow("*", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"));
  }

  private static String repositoryPolicy(IamPrincipal principal) {
    var statement =
        IamStatement.builder().sid("AllowPull").effect(IamEffect.ALLOW).addPrincipal(principal);
    PULL_ACTIONS.forEach(statement::addAction);
    return policy(statement.build());
  }

  private static IamStatement allow(String resource, String... actions) {
    var statement = IamStatement.builder().effect(IamEffect.ALLOW).addResource(resource);
    for (var action : actions) {
      statement.addAction(action);
    }
    return statement.build();
  }

  private static String policy(IamStatement... statements) {
    return IamPolicy.builder().statements(List.of(statements)).build().toJson(WRITER);
  }
}
