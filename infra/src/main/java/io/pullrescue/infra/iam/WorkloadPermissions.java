package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allOf;
import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;

import io.pullrescue.config.WorkloadRetryMode;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Grants access to ECS services and tasks and to Batch jobs. The tag that opts a workload in or out
 * is a condition of the permissions as well.
 */
public final class WorkloadPermissions {
  private static final String OPT_IN_TAG = "pull-rescue";
  private static final String RESOURCE_TAG = "aws:ResourceTag/" + OPT_IN_TAG;
  private static final String REQUEST_TAG = "aws:RequestTag/" + OPT_IN_TAG;
  private static final String SUBMIT_JOB = "batch:SubmitJob";

  private final Stack stack;

  /** Creates the permissions for the workloads of the stack's account and region. */
  public WorkloadPermissions(Stack stack) {
    this.stack = stack;
  }

  /** Grants reading tasks and jobs. */
  public void grantRead(IGrantable grantee) {
    grant(
        grantee,
        readTasks(),
        // Neither action supports resource-level permissions.
        allow(
            "ReadDefinitionsAndJobs",
            List.of("*"),
            "batch:DescribeJobs",
            "ecs:DescribeTaskDefinition"));
  }

  /** Grants retrying the workloads in scope. */
  public void grantRetry(IGrantable grantee, WorkloadRetryMode ecs, WorkloadRetryMode batch) {
    if (ecs != WorkloadRetryMode.OFF) {
      grantRetryEcs(grantee, ecs);
    }
    if (batch != WorkloadRetryMode.OFF) {
      grantRetryBatch(grantee, batch);
    }
    if (ecs != WorkloadRetryMode.OFF || batch != WorkloadRetryMode.OFF) {
      grant(grantee, passRoles());
    }
  }

  /** Grants updating services to a new revision of their task definition, and running tasks. */
  private void grantRetryEcs(IGrantable grantee, WorkloadRetryMode scope) {
    var services = List.of(allOf(stack, "ecs", "service"));
    grant(
        grantee,
        readTasks(),
        allow("ReadServices", services, "ecs:DescribeServices"),
        // None of these actions supports resource-level permissions.
        allow(
            "RegisterRevisions",
            List.of("*"),
            "cloudtrail:LookupEvents",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTasks",
            "ecs:RegisterTaskDefinition"),
        tagNewResources(),
        conditionOnTag(
            allow("UpdateServices", services, "ecs:UpdateService"), scope, RESOURCE_TAG));
    grant(
        grantee,
        taggedOnEither(
            scope, "Tasks", List.of(allOf(stack, "ecs", "task-definition")), "ecs:RunTask"));
  }

  /** Grants submitting jobs with a new revision of their job definition. */
  private void grantRetryBatch(IGrantable grantee, WorkloadRetryMode scope) {
    var definitions = allOf(stack, "batch", "job-definition");
    grant(
        grantee,
        // None of these actions supports resource-level permissions.
        allow(
            "ReadJobs",
            List.of("*"),
            "batch:DescribeJobDefinitions",
            "batch:DescribeJobs",
            "batch:ListJobs"),
        allow("RegisterJobDefinitions", List.of(definitions), "batch:RegisterJobDefinition"),
        allow("TagJobs", List.of(definitions, allOf(stack, "batch", "job")), "batch:TagResource"),
        allow("SubmitToQueues", List.of(allOf(stack, "batch", "job-queue")), SUBMIT_JOB));
    grant(grantee, taggedOnEither(scope, "Jobs", List.of(definitions + ":*"), SUBMIT_JOB));
  }

  private PolicyStatement readTasks() {
    return allow("ReadTasks", List.of(allOf(stack, "ecs", "task")), "ecs:DescribeTasks");
  }

  /** A tag of the definition or one of the workload itself opts in; either may opt out. */
  private static PolicyStatement[] taggedOnEither(
      WorkloadRetryMode scope, String workloads, List<String> definitions, String action) {
    if (scope == WorkloadRetryMode.ALL) {
      var statement = allow("Start" + workloads, definitions, action);
      return new PolicyStatement[] {conditionOnTag(statement, scope, RESOURCE_TAG, REQUEST_TAG)};
    }
    var byDefinition = allow("Start" + workloads + "OfDefinitions", definitions, action);
    var byWorkload = allow("Start" + workloads + "WithTag", definitions, action);
    return new PolicyStatement[] {
      conditionOnTag(byDefinition, scope, RESOURCE_TAG),
      conditionOnTag(byWorkload, scope, REQUEST_TAG)
    };
  }

  private static PolicyStatement conditionOnTag(
      PolicyStatement statement, WorkloadRetryMode scope, String... tags) {
    var tagged = scope == WorkloadRetryMode.TAGGED;
    for (var tag : tags) {
      statement.addCondition(
          tagged ? "StringEquals" : "StringNotEquals", Map.of(tag, tagged ? "on" : "off"));
    }
    return statement;
  }

  /** Allows tagging a new resource in the call that creates it, and at no other time. */
  private PolicyStatement tagNewResources() {
    var statement =
        allow(
            "TagNewResources",
            List.of(allOf(stack, "ecs", "task"), allOf(stack, "ecs", "task-definition")),
            "ecs:TagResource");
    statement.addConditions(
        Map.of(
            "StringEquals",
            Map.of("ecs:CreateAction", List.of("RegisterTaskDefinition", "RunTask"))));
    return statement;
  }

  /** A new revision has the roles of the previous one; only tasks may get them. */
  private PolicyStatement passRoles() {
    var roles = "arn:%s:iam::%s:role/*".formatted(stack.getPartition(), stack.getAccount());
    var statement = allow("PassRolesToTasks", List.of(roles), "iam:PassRole");
    statement.addConditions(
        Map.of("StringEquals", Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com")));
    return statement;
  }
}
