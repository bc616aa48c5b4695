package io.pullrescue.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Holds the statements of a policy. */
record RolePermissions(String role, List<JsonNode> statements) {
  RolePermissions {
    statements = List.copyOf(statements);
  }

  static RolePermissions in(JsonNode policy) {
    return new RolePermissions(
        policy.path("ManagedPolicyName").toString(),
        eachNode(policy.path("PolicyDocument").path("Statement")).toList());
  }

  Set<String> actions() {
    return statements.stream()
        .flatMap(statement -> each(statement.path("Action")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the actions that are allowed whatever the resource and the request are like. */
  Set<String> unconditionalActions() {
    return statements.stream()
        .filter(statement -> statement.path("Condition").isMissingNode())
        .flatMap(statement -> each(statement.path("Action")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns every resource of the statements that allow the action. */
  List<String> resources(String action) {
    return statements.stream()
        .filter(statement -> each(statement.path("Action")).anyMatch(action::equals))
        .flatMap(statement -> eachNode(statement.path("Resource")))
        .map(JsonNode::toString)
        .toList();
  }

  JsonNode statement(String action) {
    return statements.stream()
        .filter(statement -> each(statement.path("Action")).anyMatch(action::equals))
        .findFirst()
        .orElseThrow(() -> new AssertionError(role + " has no permission " + action));
  }

  private static Stream<String> each(JsonNode oneOrMany) {
    return eachNode(oneOrMany).map(JsonNode::asText);
  }

  private static Stream<JsonNode> eachNode(JsonNode oneOrMany) {
    return oneOrMany.isArray()
        ? StreamSupport.stream(oneOrMany.spliterator(), false)
        : Stream.of(oneOrMany);
  }
}
