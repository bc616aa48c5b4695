package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;

/** Grants publishing events. */
public final class EventPermissions {
  private EventPermissions() {}

  /**
   * Grants publishing events of one source only, so that no function can publish an event of
   * CodeBuild. The condition key has a value for each entry of a request, and an empty set of
   * values would satisfy {@code ForAllValues} alone.
   */
  public static void grantPublish(IGrantable grantee, Stack stack, String bus, String source) {
    var arn = Statements.arn(stack, "events", "event-bus", ArnFormat.SLASH_RESOURCE_NAME, bus);
    var statement = allow("Publish", List.of(arn), "events:PutEvents");
    statement.addCondition("ForAllValues:StringEquals", Map.of("events:source", source));
    statement.addCondition("Null", Map.of("events:source", "false"));
    grant(grantee, statement);
  }
}
