package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.infra.function.FunctionSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RolePermissions to change what runs on Amazon ECS: only those that the operator gave. */
class WorkloadPermissionsTest {
  private static final SynthesizedStack STACK = SynthesizedStack.withAllFunctions();

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void workloadsAreReadOnlyByDefault(FunctionSpec function) {
    assertThat(STACK.permissions(function).actions())
        .filteredOn(action -> action.startsWith("ecs:") || action.startsWith("batch:"))
        .allMatch(action -> action.contains(":Describe"));
  }

  @ParameterizedTest
  @CsvSource({"tagged, StringEquals, on", "all, StringNotEquals, off"})
  void serviceUpdatesDependOnSettingAndTag(String ecs, String comparison, String value) {
    var permissions =
        SynthesizedStack.with(Map.of("ecsRetry", ecs)).permissions(FunctionSpec.RETRY);

    assertThat(Set.copyOf(permissions.actions()))
        .filteredOn(action -> action.matches("(cloudtrail|ecs):.*|iam:PassRole"))
        .containsExactlyInAnyOrder(
            "cloudtrail:LookupEvents",
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:DescribeTasks",
            "ecs:ListTasks",
            "ecs:RegisterTaskDefinition",
            "ecs:RunTask",
            "ecs:TagResource",
            "ecs:UpdateService",
            "iam:PassRole");
    assertThat(permissions.statement("ecs:UpdateService").path("Condition"))
        .hasToString(
            "{\"%s\":{\"aws:ResourceTag/pull-rescue\":\"%s\"}}".formatted(comparison, value));
    assertThat(permissions.resources("ecs:UpdateService"))
        .singleElement()
        .asString()
        .endsWith(":service/*\"]]}");
  }

  @Test
  void runTaskDependsOnTagOfDefinition() {
    assertThat(conditionsOfRunTask("tagged"))
        .containsExactly("{\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}}");
    assertThat(conditionsOfRunTask("all"))
        .containsExactly(
            "{\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\","
                + "\"aws:RequestTag/pull-rescue\":\"off\"}}");
  }

  @Test
  void runTaskNeedsRevision() {
    assertThat(
            SynthesizedStack.with(Map.of("ecsRetry", "all"))
                .permissions(FunctionSpec.RETRY)
                .resources("ecs:RunTask"))
        .singleElement()
        .asString()
        .endsWith(":task-definition/*:*\"]]}");
  }

  private static Stream<String> conditionsOfRunTask(String ecs) {
    return conditions(Map.of("ecsRetry", ecs), "ecs:RunTask");
  }

  private static Stream<String> conditions(Map<String, Object> settings, String action) {
    return SynthesizedStack.with(settings).permissions(FunctionSpec.RETRY).statements().stream()
        .filter(statement -> statement.path("Action").asText().equals(action))
        .map(statement -> statement.path("Condition").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tagged", "all"})
  void submittingJobsDependsOnTheSetting(String batch) {
    var permissions =
        SynthesizedStack.with(Map.of("batchRetry", batch)).permissions(FunctionSpec.RETRY);

    assertThat(Set.copyOf(permissions.actions()))
        .filteredOn(action -> action.matches("(batch|ecs):.*|iam:PassRole"))
        .containsExactlyInAnyOrder(
            "batch:DescribeJobDefinitions",
            "batch:DescribeJobs",
            "batch:ListJobs",
            "batch:RegisterJobDefinition",
            "batch:SubmitJob",
            "batch:TagResource",
            "iam:PassRole");
    assertThat(permissions.resources("batch:RegisterJobDefinition"))
        .singleElement()
        .asString()
        .endsWith(":job-definition/*\"]]}");
  }

  @Test
  void submitJobDependsOnTagOfDefinition() {
    assertThat(conditions(Map.of("batchRetry", "tagged"), "batch:SubmitJob"))
        .containsExactlyInAnyOrder(
            "", // for the job queue; submitting needs the other as well
            "{\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}}");
    assertThat(conditions(Map.of("batchRetry", "all"), "batch:SubmitJob"))
        .containsExactlyInAnyOrder(
            "",
            "{\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\","
                + "\"aws:RequestTag/pull-rescue\":\"off\"}}");
  }

  @Test
  void taggingJobDefinitionsDependsOnTheirTag() {
    assertThat(conditions(Map.of("batchRetry", "tagged"), "batch:TagResource"))
        .containsExactly("", "{\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}}");
    assertThat(conditions(Map.of("batchRetry", "all"), "batch:TagResource"))
        .containsExactly("", "{\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\"}}");
  }

  @Test
  void passRoleAndTagResourceAreConditional() {
    var permissions =
        SynthesizedStack.with(Map.of("ecsRetry", "all")).permissions(FunctionSpec.RETRY);

    assertThat(permissions.statement("iam:PassRole").path("Condition"))
        .hasToString("{\"StringEquals\":{\"iam:PassedToService\":\"ecs-tasks.amazonaws.com\"}}");
    assertThat(permissions.statement("ecs:TagResource").path("Condition"))
        .hasToString(
            "{\"StringEquals\":{\"ecs:CreateAction\":[\"RegisterTaskDefinition\",\"RunTask\"]}}");
    assertThat(permissions.statements())
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .containsExactly(
            "[\"cloudtrail:LookupEvents\",\"ecs:DescribeTaskDefinition\",\"ecs:ListTasks\","
                + "\"ecs:RegisterTaskDefinition\"]");
  }

  /** AWS does not document to which of both the roles of a job definition are passed. */
  @Test
  void rolesOfJobsMayBePassedToTasksAndBatch() {
    assertThat(conditions(Map.of("batchRetry", "tagged"), "iam:PassRole"))
        .containsExactly(
            "{\"StringEquals\":{\"iam:PassedToService\":[\"ecs-tasks.amazonaws.com\","
                + "\"batch.amazonaws.com\"]}}");
  }

  @Test
  void onlyConfiguredRolesMayBePassed() {
    assertThat(passedRoles(Map.of("ecsRetry", "tagged")))
        .containsExactly(
            "{\"Fn::Join\":[\"\",[\"arn:\",{\"Ref\":\"AWS::Partition\"},\":iam::\","
                + "{\"Ref\":\"AWS::AccountId\"},\":role/ecsTaskExecutionRole\"]]}");
    var other = "arn:aws:iam::123456789012:role/nightly";
    assertThat(passedRoles(Map.of("batchRetry", "all", "passRoles", "teams/*," + other)))
        .satisfiesExactly(
            teams -> assertThat(teams).endsWith(":role/teams/*\"]]}"),
            nightly -> assertThat(nightly).isEqualTo('"' + other + '"'));
  }

  private static List<String> passedRoles(Map<String, Object> settings) {
    return SynthesizedStack.with(settings)
        .permissions(FunctionSpec.RETRY)
        .resources("iam:PassRole");
  }

  @ParameterizedTest
  @EnumSource(
      value = FunctionSpec.class,
      names = {"RETRY"},
      mode = EnumSource.Mode.EXCLUDE)
  void onlyRetryChangesWorkloads(FunctionSpec function) {
    assertThat(
            SynthesizedStack.with(Map.of("ecsRetry", "all", "refreshIntervalHours", 24))
                .permissions(function)
                .actions())
        .doesNotContain(
            "ecs:RunTask", "ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole");
  }
}
