package io.pullrescue.infra.iam;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Builds policy statements. They have SIDs, which tell a reader of the role what each is for;
 * {@code Grant.addToPrincipal} cannot set them. The {@code grant*} methods of CDK's own constructs
 * are not used because they allow more than the functions need.
 */
final class Statements {
  /** The tag that opts a resource in or out. */
  private static final String OPT_IN_TAG = "pull-rescue";

  private static final String RESOURCE_TAG = "aws:ResourceTag/" + OPT_IN_TAG;

  /** The tag that a call gives to the resource it creates. */
  static final String REQUEST_TAG = "aws:RequestTag/" + OPT_IN_TAG;

  private Statements() {}

  static PolicyStatement allow(String sid, List<String> resources, String... actions) {
    return PolicyStatement.Builder.create()
        .sid(sid)
        .actions(List.of(actions))
        .resources(resources)
        .build();
  }

  /**
   * Allows the actions on every resource without the tag {@code pull-rescue = off}. The condition
   * is true for a resource without the tag.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">Condition
   *     operators</a>
   */
  static PolicyStatement allowUnlessOptedOut(
      String sid, List<String> resources, String... actions) {
    return withCondition(
        allow(sid, resources, actions), "StringNotEquals", Map.of(RESOURCE_TAG, "off"));
  }

  /** Allows the actions on resources with the tag {@code pull-rescue = on}. */
  static PolicyStatement allowOptedIn(String sid, List<String> resources, String... actions) {
    return withCondition(
        allow(sid, resources, actions), "StringEquals", Map.of(RESOURCE_TAG, "on"));
  }

  /**
   * Allows passing roles to these services only.
   *
   * @param roles ARNs, or names with their path, with wildcards
   */
  static PolicyStatement passRoles(
      Stack stack, String sid, List<String> roles, String... services) {
    var arns =
        roles.stream()
            .map(role ->
                role.startsWith("arn:") // A name has no colon.
                    ? role
                    : "arn:%s:iam::%s:role/%s"
                        .formatted(stack.getPartition(), stack.getAccount(), role))
            .toList();
    return withCondition(
        allow(sid, arns, "iam:PassRole"),
        "StringEquals",
        Map.of("iam:PassedToService", services.length == 1 ? services[0] : List.of(services)));
  }

  static PolicyStatement withCondition(
      PolicyStatement statement, String operator, Map<String, ?> values) {
    statement.addCondition(operator, values);
    return statement;
  }

  /** Adds the statements that name a resource to the role. */
  static void grant(IGrantable grantee, PolicyStatement... statements) {
    for (var statement : statements) {
      if (!statement.getResources().isEmpty()) {
        grantee.getGrantPrincipal().addToPrincipalPolicy(statement);
      }
    }
  }

  /** Returns the ARN of all resources of a type, {@code type/*}. */
  static String allOf(Stack stack, String service, String type) {
    return arn(stack, service, type, ArnFormat.SLASH_RESOURCE_NAME, "*");
  }

  static String arn(
      Stack stack, String service, String type, ArnFormat format, @Nullable String name) {
    return stack.formatArn(
        ArnComponents.builder()
            .service(service)
            .resource(type)
            .arnFormat(format)
            .resourceName(name)
            .build());
  }

  /** Returns the ARNs of all objects in buckets, whose names may have wildcards. */
  static List<String> objectsIn(Stack stack, List<String> buckets) {
    return buckets.stream()
        .map(bucket -> "arn:%s:s3:::%s/*".formatted(stack.getPartition(), bucket))
        .toList();
  }
}
