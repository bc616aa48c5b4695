package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the schedule that keeps mirrored tags up to date. */
class TagRefreshTest {
  private static SynthesizedStack stack;

  @BeforeAll
  static void synthesize() {
    stack = SynthesizedStack.withAllFunctions();
  }

  @ParameterizedTest
  @CsvSource({"1, rate(1 hour)", "6, rate(6 hours)", "24, rate(1 day)", "36, rate(36 hours)"})
  void scheduleHasTheConfiguredInterval(int hours, String rate) {
    assertThat(schedules(SynthesizedStack.with(Map.of("refreshIntervalHours", hours))))
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.path("ScheduleExpression").asText()).isEqualTo(rate);
          assertThat(rule.path("Targets")).hasSize(1);
          assertThat(rule.path("Targets").path(0).path("Arn").toString())
              .contains("RefreshFunction");
        });
  }

  @Test
  void onlyTheScheduleMayInvokeIt() {
    assertThat(stack.all("AWS::Lambda::Permission"))
        .singleElement()
        .satisfies(permission -> {
          assertThat(permission.path("Principal").asText()).isEqualTo("events.amazonaws.com");
          assertThat(permission.path("SourceArn").toString()).contains("RulesRefresh");
        });
  }

  @Test
  void copyingIsExcludedFromPullTimeTracking() {
    var role = stack.function(FunctionSpec.REPLICATE).path("Role").toString();

    assertThat(stack.all("AWS::ECR::PullTimeUpdateExclusion"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("PrincipalArn")).hasToString(role));
  }

  @Test
  void errorsRaiseAnAlarm() {
    assertThat(stack.all("AWS::CloudWatch::Alarm").map(it -> it.path("AlarmName").asText()))
        .hasSize(15)
        .contains("pull-rescue-refresh-errors");
    assertThat(stack.all("AWS::CloudWatch::Dashboard").map(JsonNode::toString))
        .allMatch(dashboard -> dashboard.contains("pull-rescue-refresh"));
  }

  @Test
  void refreshChangesNoOtherResources() {
    var without = names(SynthesizedStack.byDefault());

    assertThat(names(stack))
        .containsAll(without)
        .filteredOn(name -> !without.contains(name) && !name.startsWith("TagRefresh"))
        .hasSize(4)
        .anyMatch(name -> name.startsWith("RulesRefresh"))
        .anyMatch(name -> name.startsWith("RulesRefreshAllowEventRule"))
        .anyMatch(name -> name.startsWith("ReplicationReplicatePullTimes"))
        .anyMatch(name -> name.startsWith("MonitoringAlarmsRefreshErrors"));
  }

  @Test
  void refreshIsNotDeployedByDefault() {
    var without = SynthesizedStack.byDefault();

    assertThat(schedules(without)).isEmpty();
    assertThat(without.template().toString())
        .doesNotContain("pull-rescue-refresh", "PullTimeUpdateExclusion");
  }

  private static List<String> names(SynthesizedStack template) {
    return template.template().path("Resources").propertyStream().map(Map.Entry::getKey).toList();
  }

  private static List<JsonNode> schedules(SynthesizedStack template) {
    return template
        .all("AWS::Events::Rule")
        .filter(rule -> rule.has("ScheduleExpression"))
        .toList();
  }
}
