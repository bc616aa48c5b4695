package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rights to change what runs on Amazon ECS: only those that the operator gave. */
class WorkloadRightsTest {
  private static final Synthesized STACK = Synthesized.withAllFunctions();

  @ParameterizedTest
  @EnumSource(Job.class)
  void tasksAndJobsAreLookedAtAndNotChanged(Job job) {
    assertThat(STACK.rights(job).actions())
        .filteredOn(action -> action.startsWith("ecs:") || action.startsWith("batch:"))
        .allMatch(action -> action.contains(":Describe"));
  }

  @ParameterizedTest
  @CsvSource({"tagged, StringEquals, on", "all, StringNotEquals, off"})
  void servicesAreChangedOnlyAsTheOperatorAndTheirTagsSay(
      String ecs, String comparison, String value) {
    Rights rights = Synthesized.with(Map.of("ecs", ecs)).rights(Job.RETRY);

    assertThat(Set.copyOf(rights.actions()))
        .filteredOn(action -> action.matches("(cloudtrail|ecs|iam):.*"))
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
    assertThat(rights.statement("ecs:UpdateService").path("Condition"))
        .hasToString(
            "{\"%s\":{\"aws:ResourceTag/pull-rescue\":\"%s\"}}".formatted(comparison, value));
    assertThat(rights.resources("ecs:UpdateService"))
        .singleElement()
        .asString()
        .endsWith(":service/*\"]]}");
  }

  @Test
  void aTaskRunsAgainWhereItsOwnTagOrItsDefinitionsSaysSo() {
    assertThat(conditionsOfRunTask("tagged"))
        .containsExactlyInAnyOrder(
            "{\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}}",
            "{\"StringEquals\":{\"aws:RequestTag/pull-rescue\":\"on\"}}");
    assertThat(conditionsOfRunTask("all"))
        .containsExactly(
            "{\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\","
                + "\"aws:RequestTag/pull-rescue\":\"off\"}}");
  }

  private static Stream<String> conditionsOfRunTask(String ecs) {
    return conditions(Map.of("ecs", ecs), "ecs:RunTask");
  }

  private static Stream<String> conditions(Map<String, Object> settings, String action) {
    return Synthesized.with(settings).rights(Job.RETRY).statements().stream()
        .filter(statement -> statement.path("Action").asText().equals(action))
        .map(statement -> statement.path("Condition").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tagged", "all"})
  void jobsAreSubmittedOnlyAsTheOperatorSays(String batch) {
    Rights rights = Synthesized.with(Map.of("batch", batch)).rights(Job.RETRY);

    assertThat(Set.copyOf(rights.actions()))
        .filteredOn(action -> action.matches("(batch|ecs|iam):.*"))
        .containsExactlyInAnyOrder(
            "batch:DescribeJobDefinitions",
            "batch:DescribeJobs",
            "batch:ListJobs",
            "batch:RegisterJobDefinition",
            "batch:SubmitJob",
            "batch:TagResource",
            "iam:PassRole");
    assertThat(rights.resources("batch:RegisterJobDefinition"))
        .singleElement()
        .asString()
        .endsWith(":job-definition/*\"]]}");
  }

  @Test
  void aJobIsSubmittedAgainWhereItsOwnTagOrItsDefinitionsSaysSo() {
    assertThat(conditions(Map.of("batch", "tagged"), "batch:SubmitJob"))
        .containsExactlyInAnyOrder(
            "", // the queue's own, which lets nothing in without one of the others
            "{\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}}",
            "{\"StringEquals\":{\"aws:RequestTag/pull-rescue\":\"on\"}}");
    assertThat(conditions(Map.of("batch", "all"), "batch:SubmitJob"))
        .containsExactlyInAnyOrder(
            "",
            "{\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\","
                + "\"aws:RequestTag/pull-rescue\":\"off\"}}");
  }

  @Test
  void rolesAreGivenToTasksAloneAndTagsToWhatIsNewAlone() {
    Rights rights = Synthesized.with(Map.of("ecs", "all")).rights(Job.RETRY);

    assertThat(rights.statement("iam:PassRole").path("Condition"))
        .hasToString("{\"StringEquals\":{\"iam:PassedToService\":\"ecs-tasks.amazonaws.com\"}}");
    assertThat(rights.statement("ecs:TagResource").path("Condition"))
        .hasToString(
            "{\"StringEquals\":{\"ecs:CreateAction\":[\"RegisterTaskDefinition\",\"RunTask\"]}}");
    assertThat(rights.statements())
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .containsExactly(
            "[\"cloudtrail:LookupEvents\",\"ecs:DescribeTaskDefinition\",\"ecs:ListTasks\","
                + "\"ecs:RegisterTaskDefinition\"]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"RETRY"},
      mode = EnumSource.Mode.EXCLUDE)
  void nobodyElseChangesServices(Job job) {
    assertThat(Synthesized.with(Map.of("ecs", "all", "refreshHours", 24)).rights(job).actions())
        .doesNotContain(
            "ecs:RunTask", "ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole");
  }
}
