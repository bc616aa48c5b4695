package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.REQUEST_TAG;
import static io.pullrescue.infra.iam.Statements.allOf;
import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.allowOptedIn;
import static io.pullrescue.infra.iam.Statements.allowUnlessOptedOut;
import static io.pullrescue.infra.iam.Statements.grant;
import static io.pullrescue.infra.iam.Statements.withCondition;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WorkloadRetryMode;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Grants access to ECS services and tasks and to Batch jobs. The tag that opts a workload in or out
 * is a condition of the permissions as well: the tag of the service, or of the task or job
 * definition. The caller itself writes the tags of a new task or job, so they opt out only.
 */
public final class WorkloadPermissions {
  private static final String SUBMIT_JOB = "batch:SubmitJob";
  private static final String TASKS = "ecs-tasks.amazonaws.com";
  private static final String TAG_RESOURCE = "batch:TagResource";

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
  public void grantRetry(IGrantable grantee, RetryConfig config) {
    if (config.ecsRetry() != WorkloadRetryMode.OFF) {
      grantRetryEcs(grantee, config.ecsRetry());
    }
    if (config.batchRetry() != WorkloadRetryMode.OFF) {
      grantRetryBatch(grantee, config.batchRetry());
    }
    if (config.ecsRetry() != WorkloadRetryMode.OFF
        || config.batchRetry() != WorkloadRetryMode.OFF) {
      grant(grantee, passRoles(config));
    }
  }

  /** Grants updating services to a new revision of their task definition, and running tasks. */
  private void grantRetryEcs(IGrantable grantee, WorkloadRetryMode scope) {
    var services = List.of(allOf(stack, "ecs", "service"));
    // A call that names no revision would be evaluated without the tags of the definition.
    var revisions = List.of(allOf(stack, "ecs", "task-definition") + ":*");
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
        scope == WorkloadRetryMode.TAGGED
            ? allowOptedIn("UpdateServices", services, "ecs:UpdateService")
            : allowUnlessOptedOut("UpdateServices", services, "ecs:UpdateService"),
        start(scope, "StartTasks", revisions, "ecs:RunTask"));
  }

  /**
   * Grants submitting jobs with a new revision of their job definition.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission-by-tags.html">Job
   *     submission by tags</a>, which needs the revision in the ARN
   */
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
        allow("TagJobs", List.of(allOf(stack, "batch", "job")), TAG_RESOURCE),
        tagDefinitions(scope, definitions),
        allow("SubmitToQueues", List.of(allOf(stack, "batch", "job-queue")), SUBMIT_JOB),
        start(scope, "StartJobs", List.of(definitions + ":*"), SUBMIT_JOB));
  }

  /**
   * Allows tagging definitions that are in scope anyway, so that no other can be brought into scope
   * by a tag. A new definition has the tags of the call that registers it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag">Availability
   *     of aws:ResourceTag</a>
   */
  private static PolicyStatement tagDefinitions(WorkloadRetryMode scope, String definitions) {
    return scope == WorkloadRetryMode.TAGGED
        ? allowOptedIn("TagJobDefinitions", List.of(definitions), TAG_RESOURCE)
        : allowUnlessOptedOut("TagJobDefinitions", List.of(definitions), TAG_RESOURCE);
  }

  private PolicyStatement readTasks() {
    return allow("ReadTasks", List.of(allOf(stack, "ecs", "task")), "ecs:DescribeTasks");
  }

  private static PolicyStatement start(
      WorkloadRetryMode scope, String sid, List<String> definitions, String action) {
    return scope == WorkloadRetryMode.TAGGED
        ? allowOptedIn(sid, definitions, action)
        : withCondition(
            allowUnlessOptedOut(sid, definitions, action),
            "StringNotEquals",
            Map.of(REQUEST_TAG, "off"));
  }

  /** Allows tagging a new resource in the call that creates it, and at no other time. */
  private PolicyStatement tagNewResources() {
    return withCondition(
        allow(
            "TagNewResources",
            List.of(allOf(stack, "ecs", "task"), allOf(stack, "ecs", "task-definition")),
            "ecs:TagResource"),
        "StringEquals",
        Map.of("ecs:CreateAction", List.of("RegisterTaskDefinition", "RunTask")));
  }

  /**
   * A new revision has the roles of the previous one. They are limited by name: AWS says that
   * conditions on the tags of a passed role do not have reliable results, and documents no value of
   * {@code iam:AssociatedResourceArn} for tasks.
   *
   * <p>AWS does not document to which service the roles of a job definition are passed. Jobs are
   * tasks, whose roles trust {@code ecs-tasks}; policies in use name {@code batch}.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html">Passing
   *     roles</a>
   * @see <a href="https://docs.seqera.io/platform-cloud/compute-envs/aws-batch-iam-policy">A policy
   *     that passes execution roles to AWS Batch</a>
   */
  private PolicyStatement passRoles(RetryConfig config) {
    var roles = config.passRoles();
    return config.batchRetry() == WorkloadRetryMode.OFF
        ? Statements.passRoles(stack, "PassRolesToTasks", roles, TASKS)
        : Statements.passRoles(stack, "PassRolesToTasks", roles, TASKS, "batch.amazonaws.com");
  }
}
