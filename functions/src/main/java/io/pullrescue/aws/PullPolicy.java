package io.pullrescue.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
final class PullPolicy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CODEBUILD = "PullRescueCodeBuild";
  private static final String ACCOUNTS = "PullRescueAccounts";
  private static final String ORGANIZATION = "PullRescueOrganization";
  private static final Set<String> OURS = Set.of(CODEBUILD, ACCOUNTS, ORGANIZATION);
  private static final List<String> PULL =
      List.of("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability");

  private final String account;
  private final String region;
  private final Sharing sharing;

  PullPolicy(String account, String region, Sharing sharing) {
    this.account = account;
    this.region = region;
    this.sharing = sharing;
  }

  /** The policy with our statements in it, in place of older ones of ours. */
  String within(String existing) {
    var policy = read(existing);
    var statements = JSON.createArrayNode();
    for (var statement : policy.path("Statement")) {
      if (!OURS.contains(statement.path("Sid").asText())) {
        statements.add(statement);
      }
    }
    statements.add(forCodeBuild());
    if (!sharing.accounts().isEmpty()) {
      statements.add(forAccounts());
    }
    if (!sharing.organization().isEmpty()) {
      statements.add(forOrganization());
    }
    policy.put("Version", policy.path("Version").asText("2012-10-17"));
    policy.set("Statement", statements);
    return policy.toString();
  }

  /** Whether both say the same, however they are spelled. */
  boolean isSame(String one, String other) {
    return read(one).equals(read(other));
  }

  private ObjectNode forCodeBuild() {
    var statement = allow(CODEBUILD);
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
  private ObjectNode forAccounts() {
    var statement = allow(ACCOUNTS);
    var roots = statement.putObject("Principal").putArray("AWS");
    sharing.accounts().forEach(id -> roots.add("arn:%s:iam::%s:root".formatted(partition(), id)));
    return statement;
  }

  private ObjectNode forOrganization() {
    var statement = allow(ORGANIZATION).put("Principal", "*");
    statement
        .putObject("Condition")
        .putObject("StringEquals")
        .put("aws:PrincipalOrgID", sharing.organization());
    return statement;
  }

  private static ObjectNode allow(String name) {
    var statement = JSON.createObjectNode().put("Sid", name).put("Effect", "Allow");
    statement.set("Action", actions());
    return statement;
  }

  private static ArrayNode actions() {
    var actions = JSON.createArrayNode();
    PULL.forEach(actions::add);
    return actions;
  }

  private String partition() {
    return region.startsWith("cn-")
        ? "aws-cn"
        : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  private static ObjectNode read(String text) {
    try {
      JsonNode policy = JSON.readTree(text.isEmpty() ? "{}" : text);
      return policy instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException(
          "Amazon ECR returned a repository policy that is no JSON", notJson);
    }
  }
}
