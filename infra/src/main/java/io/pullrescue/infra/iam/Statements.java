package io.pullrescue.infra.iam;

import java.util.List;
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
  private Statements() {}

  static PolicyStatement allow(String sid, List<String> resources, String... actions) {
    return PolicyStatement.Builder.create()
        .sid(sid)
        .actions(List.of(actions))
        .resources(resources)
        .build();
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
