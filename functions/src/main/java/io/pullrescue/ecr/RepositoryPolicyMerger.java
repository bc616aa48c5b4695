package io.pullrescue.ecr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.config.CrossAccountAccess;
import java.util.List;
import java.util.Set;

/**
 * Who may pull from a mirror repository: CodeBuild itself, for the projects of one account, and
 * whom the operator shares the mirror with.
 *
 * <p>With it a retried build can take its environment image from the mirror although its own role
 * has no rights there. Statements of the operator's own are left as they are; ours go once they are
 * no longer wanted.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html">Amazon ECR
 *     sample for CodeBuild</a>
 */
final class RepositoryPolicyMerger {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CODEBUILD_SID = "PullRescueCodeBuild";
  private static final String ACCOUNTS_SID = "PullRescueAccounts";
  private static final String ORGANIZATION_SID = "PullRescueOrganization";
  private static final Set<String> MANAGED_SIDS =
      Set.of(CODEBUILD_SID, ACCOUNTS_SID, ORGANIZATION_SID);
  private static final List<String> PULL_ACTIONS =
      List.of("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability");

  private final String account;
  private final String region;
  private final CrossAccountAccess crossAccountAccess;

  RepositoryPolicyMerger(String account, String region, CrossAccountAccess crossAccountAccess) {
    this.account = account;
    this.region = region;
    this.crossAccountAccess = crossAccountAccess;
  }

  /** The policy with our statements in it, in place of older ones of ours. */
  String merge(String existing) {
    var policy = parse(existing);
    var statements = JSON.createArrayNode();
    for (var statement : policy.path("Statement")) {
      if (!MANAGED_SIDS.contains(statement.path("Sid").asText())) {
        statements.add(statement);
      }
    }
    statements.add(codeBuildStatement());
    if (!crossAccountAccess.accountIds().isEmpty()) {
      statements.add(accountsStatement());
    }
    if (!crossAccountAccess.organizationId().isEmpty()) {
      statements.add(organizationStatement());
    }
    policy.put("Version", policy.path("Version").asText("2012-10-17"));
    policy.set("Statement", statements);
    return policy.toString();
  }

  /** Whether both say the same, however they are spelled. */
  boolean isEquivalent(String first, String second) {
    return parse(first).equals(parse(second));
  }

  private ObjectNode codeBuildStatement() {
    var statement = allowStatement(CODEBUILD_SID);
    statement.putObject("Principal").put("Service", "codebuild.amazonaws.com");
    var condition = statement.putObject("Condition");
    condition.putObject("StringEquals").put("aws:SourceAccount", account);
    condition
        .putObject("ArnLike")
        .put(
            "aws:SourceArn",
            "arn:%s:codebuild:%s:%s:project/*".formatted(partition(), region, account));
    return statement;
  }

  /** The accounts decide themselves which of their roles may. */
  private ObjectNode accountsStatement() {
    var statement = allowStatement(ACCOUNTS_SID);
    var principals = statement.putObject("Principal").putArray("AWS");
    crossAccountAccess
        .accountIds()
        .forEach(id -> principals.add("arn:%s:iam::%s:root".formatted(partition(), id)));
    return statement;
  }

  private ObjectNode organizationStatement() {
    var statement = allowStatement(ORGANIZATION_SID).put("Principal", "*");
    statement
        .putObject("Condition")
        .putObject("StringEquals")
        .put("aws:PrincipalOrgID", crossAccountAccess.organizationId());
    return statement;
  }

  private static ObjectNode allowStatement(String name) {
    var statement = JSON.createObjectNode().put("Sid", name).put("Effect", "Allow");
    statement.set("Action", actions());
    return statement;
  }

  private static ArrayNode actions() {
    var actions = JSON.createArrayNode();
    PULL_ACTIONS.forEach(actions::add);
    return actions;
  }

  private String partition() {
    return region.startsWith("cn-")
        ? "aws-cn"
        : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  private static ObjectNode parse(String text) {
    try {
      JsonNode policy = JSON.readTree(text.isEmpty() ? "{}" : text);
      return policy instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException(
          "Amazon ECR returned a repository policy that is no JSON", notJson);
    }
  }
}
