package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rights to change what runs on Amazon ECS: only those that the operator gave. */
class WorkloadRightsTest {
  private static final Synthesized STACK = Synthesized.byDefault();

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

    assertThat(rights.actions())
        .filteredOn(action -> action.matches("(ecs|iam):.*"))
        .containsExactlyInAnyOrder(
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:DescribeTasks",
            "ecs:RegisterTaskDefinition",
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
  void rolesAreGivenToTasksAloneAndTagsToNewRevisionsAlone() {
    Rights rights = Synthesized.with(Map.of("ecs", "all")).rights(Job.RETRY);

    assertThat(rights.statement("iam:PassRole").path("Condition"))
        .hasToString("{\"StringEquals\":{\"iam:PassedToService\":\"ecs-tasks.amazonaws.com\"}}");
    assertThat(rights.statement("ecs:TagResource").path("Condition"))
        .hasToString("{\"StringEquals\":{\"ecs:CreateAction\":\"RegisterTaskDefinition\"}}");
    assertThat(rights.statements())
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .containsExactly("[\"ecs:DescribeTaskDefinition\",\"ecs:RegisterTaskDefinition\"]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"RETRY"},
      mode = EnumSource.Mode.EXCLUDE)
  void nobodyElseChangesServices(Job job) {
    assertThat(Synthesized.with(Map.of("ecs", "all")).rights(job).actions())
        .doesNotContain("ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole");
  }
}
