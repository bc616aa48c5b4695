package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.FullyPopulatedModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Covers every field of the SDK model, so that a new field that is not copied fails a test. */
final class RunTaskRequestsTest {
  private static final AwsVpcConfiguration NETWORK =
      AwsVpcConfiguration.builder()
          .subnets("subnet-1")
          .securityGroups("sg-1")
          .assignPublicIp("DISABLED")
          .build();
  private static final Tag TEAM_TAG = Tag.builder().key("team").value("shop").build();

  private final Task task = (Task) FullyPopulatedModel.of(Task.builder());

  @Test
  void copiesSettingsOfFailedTask() {
    var request = request(task);

    assertThat(request.cluster()).isEqualTo(task.clusterArn());
    assertThat(request.overrides()).isEqualTo(task.overrides());
    assertThat(request.platformVersion()).isEqualTo(task.platformVersion());
    assertThat(request.enableExecuteCommand()).isEqualTo(task.enableExecuteCommand());
    assertThat(request.group()).isEqualTo(task.group());
    assertThat(request.tags()).isEqualTo(task.tags());
    assertThat(request.count()).isEqualTo(1);
    assertThat(request.taskDefinition()).isEqualTo("shop-web:42");
    assertThat(request.startedBy()).isEqualTo("pull-rescue/1");
    assertThat(request.clientToken()).isEqualTo("pull-rescue-1");
  }

  @Test
  void omitsOnlyFieldsThatTasksDoNotDescribe() {
    var unset =
        request(task).sdkFields().stream()
            .filter(field ->
                field.getValueOrDefault(request(task)) == null
                    || isEmptyList(field.getValueOrDefault(request(task))))
            .map(SdkField::memberName);

    assertThat(unset)
        .containsExactlyInAnyOrder(
            "launchType", // a capacity provider stands for it
            "placementConstraints",
            "placementStrategy",
            "propagateTags", // the task has the propagated tags as its own
            "referenceId",
            "volumeConfigurations");
  }

  private static boolean isEmptyList(Object value) {
    return value instanceof List<?> list && list.isEmpty();
  }

  /** RunTask rejects an override for a container that the definition does not have. */
  @Test
  void omitsOverridesOfContainersThatAwsAdds() {
    var overrides = task.overrides().containerOverrides();
    var added = ContainerOverride.builder().name("aws-guardduty-agent-x1y2z3").build();
    var withAdded =
        task.toBuilder()
            .overrides(
                task.overrides().toBuilder()
                    .containerOverrides(overrides.getFirst(), added)
                    .build())
            .build();

    assertThat(request(withAdded).overrides()).isEqualTo(task.overrides());
  }

  @Test
  void usesCapacityProviderOrLaunchType() {
    assertThat(request(task).capacityProviderStrategy())
        .extracting(CapacityProviderStrategyItem::capacityProvider)
        .containsExactly(task.capacityProviderName());

    var withoutProvider = task.toBuilder().capacityProviderName(null).launchType("FARGATE").build();
    assertThat(request(withoutProvider).launchType()).isEqualTo(LaunchType.FARGATE);
    assertThat(request(withoutProvider).hasCapacityProviderStrategy()).isFalse();
  }

  @Test
  void usesGivenNetwork() {
    assertThat(request(task).networkConfiguration().awsvpcConfiguration()).isEqualTo(NETWORK);
  }

  @Test
  void keepsEcsDefaultsForUnsetFields() {
    assertThat(
            new RunTaskRequests(task, definition(task), "shop-web:42")
                .request("pull-rescue/1", "token", null))
        .extracting(RunTaskRequest::networkConfiguration)
        .isNull();
    assertThat(request(task.toBuilder().group("family:shop-web").build()).group()).isNull();
    assertThat(request(task.toBuilder().group(null).build()).group()).isNull();
  }

  @Test
  void omitsTagsReservedByAws() {
    var managed = Tag.builder().key("aws:ecs:clusterName").value("shop").build();

    var withBothTags = request(task.toBuilder().tags(managed, TEAM_TAG).build());
    assertThat(withBothTags.tags()).containsExactly(TEAM_TAG);
    assertThat(withBothTags.enableECSManagedTags()).isTrue();

    var withoutTags = request(task.toBuilder().tags(List.of()).build());
    assertThat(withoutTags.hasTags()).isFalse();
    assertThat(withoutTags.enableECSManagedTags()).isFalse();
  }

  private static RunTaskRequest request(Task task) {
    return new RunTaskRequests(task, definition(task), "shop-web:42")
        .request("pull-rescue/1", "pull-rescue-1", NETWORK);
  }

  /** Returns a definition with all containers of the task, except those that AWS adds. */
  private static TaskDefinitionRevision definition(Task task) {
    var containers =
        task.overrides().containerOverrides().stream()
            .map(ContainerOverride::name)
            .filter(name -> !name.startsWith("aws-guardduty-agent"))
            .map(name -> ContainerDefinition.builder().name(name).build())
            .toList();
    return new TaskDefinitionRevision(
        TaskDefinition.builder().containerDefinitions(containers).build(), List.of(), List.of());
  }
}
