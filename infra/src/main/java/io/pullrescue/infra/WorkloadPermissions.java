package io.pullrescue.infra;

import static io.pullrescue.infra.Permissions.allow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * The rights to have services, tasks and jobs start from the copy. The tag that switches one on or
 * off holds for IAM as well.
 */
final class WorkloadPermissions {
  private static final String SWITCH = "pull-rescue";

  /** The tag of what is there, and of what is asked for. */
  private static final String THERE = "aws:ResourceTag/" + SWITCH;

  private static final String ASKED = "aws:RequestTag/" + SWITCH;

  private static final String SUBMIT = "batch:SubmitJob";

  private final Stack stack;
  private final Permissions permissions;

  WorkloadPermissions(Stack stack, Permissions permissions) {
    this.stack = stack;
    this.permissions = permissions;
  }

  /** What the operator asked for, of services, tasks and jobs. */
  List<PolicyStatement> all(Configuration configuration) {
    List<PolicyStatement> statements = new ArrayList<>();
    if (configuration.retrying().ecs() != WorkloadChanges.REPORT) {
      statements.addAll(ecs(configuration.retrying().ecs()));
    }
    if (configuration.retrying().batch() != WorkloadChanges.REPORT) {
      statements.addAll(batch(configuration.retrying().batch()));
    }
    if (!statements.isEmpty()) {
      statements.add(passRoles());
    }
    return statements;
  }

  /** Has services run a new revision of their task definition, and tasks run again with one. */
  private List<PolicyStatement> ecs(WorkloadChanges changes) {
    List<String> services = List.of(permissions.slashed("ecs", "service"));
    List<PolicyStatement> statements = new ArrayList<>();
    statements.add(permissions.readTasks());
    statements.add(allow("ReadServices", services, "ecs:DescribeServices"));
    // None of these actions knows a resource.
    statements.add(
        allow(
            "RegisterRevisions",
            List.of("*"),
            "cloudtrail:LookupEvents",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTasks",
            "ecs:RegisterTaskDefinition"));
    statements.add(keepTags());
    statements.add(
        switchable(allow("UpdateServices", services, "ecs:UpdateService"), changes, THERE));
    statements.addAll(
        eitherSwitch(
            changes,
            "Tasks",
            List.of(permissions.slashed("ecs", "task-definition")),
            "ecs:RunTask"));
    return statements;
  }

  /** The tag may be that of the work itself or that of its definition: either switches it on. */
  private static List<PolicyStatement> eitherSwitch(
      WorkloadChanges changes, String work, List<String> definitions, String action) {
    if (changes == WorkloadChanges.ALL) {
      return List.of(switchable(allow("Start" + work, definitions, action), changes, THERE, ASKED));
    }
    return List.of(
        switchable(allow("Start" + work + "OfDefinitions", definitions, action), changes, THERE),
        switchable(allow("Start" + work + "WithTag", definitions, action), changes, ASKED));
  }

  /** Submits jobs again with a new revision of their job definition. */
  private List<PolicyStatement> batch(WorkloadChanges changes) {
    List<PolicyStatement> statements = new ArrayList<>();
    // None of these actions knows a resource.
    statements.add(
        allow(
            "ReadJobs",
            List.of("*"),
            "batch:DescribeJobDefinitions",
            "batch:DescribeJobs",
            "batch:ListJobs"));
    List<String> definitions = List.of(permissions.slashed("batch", "job-definition"));
    statements.add(allow("RegisterJobDefinitions", definitions, "batch:RegisterJobDefinition"));
    statements.add(
        allow(
            "KeepTagsOfJobs",
            List.of(definitions.getFirst(), permissions.slashed("batch", "job")),
            "batch:TagResource"));
    statements.add(
        allow("SubmitToQueues", List.of(permissions.slashed("batch", "job-queue")), SUBMIT));
    statements.addAll(
        eitherSwitch(changes, "Jobs", List.of(definitions.getFirst() + ":*"), SUBMIT));
    return statements;
  }

  private static PolicyStatement switchable(
      PolicyStatement statement, WorkloadChanges changes, String... tags) {
    boolean tagged = changes == WorkloadChanges.TAGGED;
    for (String tag : tags) {
      statement.addCondition(
          tagged ? "StringEquals" : "StringNotEquals", Map.of(tag, tagged ? "on" : "off"));
    }
    return statement;
  }

  /** What is new gets the tags of the one before, as it is made and at no other time. */
  private PolicyStatement keepTags() {
    PolicyStatement statement =
        allow(
            "KeepTags",
            List.of(
                permissions.slashed("ecs", "task"), permissions.slashed("ecs", "task-definition")),
            "ecs:TagResource");
    statement.addConditions(
        Map.of(
            "StringEquals",
            Map.of("ecs:CreateAction", List.of("RegisterTaskDefinition", "RunTask"))));
    return statement;
  }

  /** A revision names the roles that the one before named, and only tasks get them. */
  private PolicyStatement passRoles() {
    String roles = "arn:%s:iam::%s:role/*".formatted(stack.getPartition(), stack.getAccount());
    PolicyStatement statement = allow("PassRolesToTasks", List.of(roles), "iam:PassRole");
    statement.addConditions(
        Map.of("StringEquals", Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com")));
    return statement;
  }
}
