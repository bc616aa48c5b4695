package io.pullrescue.ecr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.config.MirrorAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.policybuilder.iam.IamConditionOperator;
import software.amazon.awssdk.policybuilder.iam.IamEffect;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;
import software.amazon.awssdk.policybuilder.iam.IamPrincipal;
import software.amazon.awssdk.policybuilder.iam.IamPrincipalType;
import software.amazon.awssdk.policybuilder.iam.IamStatement;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Merges our statements into the policy of a mirror repository.
 *
 * <p>They allow pulls by CodeBuild itself, for the projects of one account, and by the accounts
 * that the settings name, of which the mirror's own may be one. A retried build can therefore use
 * an environment image of the mirror although its own role has no permission for it.
 *
 * <p>Statements of the operator are kept byte for byte, which is why they are not read into the
 * model of the policy builder. Our own statements are removed once they are no longer needed.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html">Amazon ECR
 *     sample for CodeBuild</a>
 */
final class RepositoryPolicyMerger {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CODEBUILD_SID = "PullRescueCodeBuild";
  private static final String OWN_ACCOUNT_SID = "PullRescueOwnAccount";
  private static final String ACCOUNTS_SID = "PullRescueAccounts";
  private static final String ORGANIZATION_SID = "PullRescueOrganization";
  private static final Set<String> MANAGED_SIDS =
      Set.of(CODEBUILD_SID, OWN_ACCOUNT_SID, ACCOUNTS_SID, ORGANIZATION_SID);
  private static final List<String> PULL_ACTIONS =
      List.of("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability");

  private final String account;
  private final String region;
  private final String partition;
  private final MirrorAccess mirrorAccess;

  RepositoryPolicyMerger(String account, String region, MirrorAccess mirrorAccess) {
    this.account = account;
    this.region = region;
    this.partition = PartitionMetadata.of(Region.of(region)).id();
    this.mirrorAccess = mirrorAccess;
  }

  /**
   * Returns the policy with our statements, which replace older ones.
   *
   * @throws IllegalArgumentException if the policy cannot be read and would therefore be lost
   */
  String merge(String existing) {
    var policy = parse(existing);
    var statements = JSON.createArrayNode();
    for (var statement : statements(policy)) {
      if (!statement.isObject()) {
        throw new IllegalArgumentException("it has a statement that is not an object");
      }
      if (!MANAGED_SIDS.contains(statement.path("Sid").asText())) {
        statements.add(statement);
      }
    }
    var managed = IamPolicy.builder().statements(managedStatements()).build();
    statements(parse(managed.toJson())).forEach(statements::add);
    policy.put("Version", policy.path("Version").asText("2012-10-17"));
    policy.set("Statement", statements);
    return policy.toString();
  }

  /** A policy with a single statement may contain it without an array. */
  private static Iterable<JsonNode> statements(ObjectNode policy) {
    var statement = policy.path("Statement");
    return statement.isArray() || statement.isMissingNode() ? statement : List.of(statement);
  }

  /** Returns whether both policies are the same JSON, apart from white space and field order. */
  boolean isEquivalent(String first, String second) {
    return parse(first).equals(parse(second));
  }

  private List<IamStatement> managedStatements() {
    var statements = new ArrayList<IamStatement>();
    statements.add(codeBuildStatement());
    if (mirrorAccess.ownAccount()) {
      statements.add(ownAccountStatement());
    }
    if (!mirrorAccess.accountIds().isEmpty()) {
      statements.add(accountsStatement());
    }
    if (!mirrorAccess.organizationId().isEmpty()) {
      statements.add(organizationStatement());
    }
    return statements;
  }

  private IamStatement codeBuildStatement() {
    return allowPull(CODEBUILD_SID)
        .addPrincipal(IamPrincipal.create(IamPrincipalType.SERVICE, "codebuild.amazonaws.com"))
        .addCondition(condition ->
            condition
                .operator(IamConditionOperator.STRING_EQUALS)
                .key("aws:SourceAccount")
                .value(account))
        .addCondition(condition ->
            condition
                .operator(IamConditionOperator.ARN_LIKE)
                .key("aws:SourceArn")
                .value("arn:%s:codebuild:%s:%s:project/*".formatted(partition, region, account)))
        .build();
  }

  /**
   * A role of the same account needs no policy of its own for what the policy of a resource allows
   * everybody. As a principal, the account itself would only leave the decision to such policies.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource.html">Identity-based
   *     policies with resource-based policies</a>
   */
  private IamStatement ownAccountStatement() {
    return allowPull(OWN_ACCOUNT_SID)
        .addPrincipal(IamPrincipal.ALL)
        .addCondition(condition ->
            condition
                .operator(IamConditionOperator.STRING_EQUALS)
                .key("aws:PrincipalAccount")
                .value(account))
        .build();
  }

  /** The accounts decide themselves which of their roles can pull. */
  private IamStatement accountsStatement() {
    var principals =
        mirrorAccess.accountIds().stream()
            .map(id ->
                IamPrincipal.create(
                    IamPrincipalType.AWS, "arn:%s:iam::%s:root".formatted(partition, id)))
            .toList();
    return allowPull(ACCOUNTS_SID).principals(principals).build();
  }

  private IamStatement organizationStatement() {
    return allowPull(ORGANIZATION_SID)
        .addPrincipal(IamPrincipal.ALL)
        .addCondition(condition ->
            condition
                .operator(IamConditionOperator.STRING_EQUALS)
                .key("aws:PrincipalOrgID")
                .value(mirrorAccess.organizationId()))
        .build();
  }

  private static IamStatement.Builder allowPull(String sid) {
    var statement = IamStatement.builder().sid(sid).effect(IamEffect.ALLOW);
    PULL_ACTIONS.forEach(statement::addAction);
    return statement;
  }

  private static ObjectNode parse(String text) {
    try {
      JsonNode policy = JSON.readTree(text.isEmpty() ? "{}" : text);
      if (policy instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("it is not valid JSON", notJson);
    }
    throw new IllegalArgumentException("it is not a JSON object");
  }
}
