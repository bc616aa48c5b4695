package io.pullrescue.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Who may pull from a mirror repository: CodeBuild itself, for the projects of one account.
 *
 * <p>With it a retried build can take its environment image from the mirror although its own role
 * has no rights there. Statements of the operator's own are left as they are.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html">Amazon ECR
 *     sample for CodeBuild</a>
 */
final class PullPolicy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATEMENT = "PullRescueCodeBuild";
  private static final List<String> PULL =
      List.of("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability");

  private final String account;
  private final String region;

  PullPolicy(String account, String region) {
    this.account = account;
    this.region = region;
  }

  /** The policy with our statement in it, in place of an older one of ours. */
  String within(String existing) {
    var policy = read(existing);
    var statements = JSON.createArrayNode();
    for (var statement : policy.path("Statement")) {
      if (!statement.path("Sid").asText().equals(STATEMENT)) {
        statements.add(statement);
      }
    }
    statements.add(statement());
    policy.put("Version", policy.path("Version").asText("2012-10-17"));
    policy.set("Statement", statements);
    return policy.toString();
  }

  /** Whether both say the same, however they are spelled. */
  boolean isSame(String one, String other) {
    return read(one).equals(read(other));
  }

  private ObjectNode statement() {
    var statement = JSON.createObjectNode().put("Sid", STATEMENT).put("Effect", "Allow");
    statement.putObject("Principal").put("Service", "codebuild.amazonaws.com");
    statement.set("Action", actions());
    var condition = statement.putObject("Condition");
    condition.putObject("StringEquals").put("aws:SourceAccount", account);
    condition
        .putObject("ArnLike")
        .put(
            "aws:SourceArn",
            "arn:%s:codebuild:%s:%s:project/*".formatted(partition(), region, account));
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
