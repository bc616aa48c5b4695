package io.pullrescue.workload.ecs;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FullyPopulatedModel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Covers every field of the SDK model, so that a new field that is not copied fails a test. */
final class TaskDefinitionRevisionTest {
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final Tag TEAM_TAG = Tag.builder().key("team").value("shop").build();

  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  private final TaskDefinition described =
      (TaskDefinition) FullyPopulatedModel.of(TaskDefinition.builder());

  @Test
  void copiesEveryRegistrableField() {
    var fields = fields(described);
    var request = revision(described, TEAM_TAG).registerRequest(Map.of());

    assertThat(request.tags()).containsExactly(TEAM_TAG);
    for (var field : request.sdkFields()) {
      if (!field.memberName().equals("tags")) {
        assertThat(field.getValueOrDefault(request))
            .as(field.memberName())
            .isNotNull()
            .isEqualTo(requireNonNull(fields.get(field.memberName())).getValueOrDefault(described));
      }
    }
  }

  @Test
  void omitsOnlyFieldsManagedByEcs() {
    var registered = fields(RegisterTaskDefinitionRequest.builder().build()).keySet();

    assertThat(fields(described).keySet().stream().filter(value -> !registered.contains(value)))
        .containsExactlyInAnyOrder(
            "taskDefinitionArn",
            "revision",
            "status",
            "requiresAttributes",
            "compatibilities",
            "registeredAt",
            "deregisteredAt",
            "deleteRequestedAt",
            "registeredBy");
  }

  @Test
  void changesOnlyImageAndCredentialsOfNamedContainer() {
    var web = described.containerDefinitions().getFirst();
    var cache = web.toBuilder().name("cache").build();
    var both = revision(described.toBuilder().containerDefinitions(web, cache).build(), TEAM_TAG);

    var request = both.registerRequest(Map.of(web.name(), MIRROR_REFERENCE));

    assertThat(request.containerDefinitions())
        .containsExactly(
            web.toBuilder()
                .image(MIRROR_REFERENCE.toString())
                .repositoryCredentials(NO_CREDENTIALS)
                .build(),
            cache);
    assertThat(request.toBuilder().containerDefinitions(web, cache).build())
        .isEqualTo(both.registerRequest(Map.of()));
  }

  @Test
  void omitsTagsReservedByAws() {
    var stack = Tag.builder().key("aws:cloudformation:stack-name").value("shop").build();

    assertThat(revision(described, stack, TEAM_TAG).registerRequest(Map.of()).tags())
        .containsExactly(TEAM_TAG);
    assertThat(revision(described, stack).registerRequest(Map.of()).hasTags()).isFalse();
  }

  @Test
  void addsNothingToMinimalDefinition() {
    var container = ContainerDefinition.builder().name("web").image("ruby:2.7").build();
    var small = TaskDefinition.builder().family("shop-web").containerDefinitions(container).build();

    assertThat(revision(small).registerRequest(Map.of()))
        .isEqualTo(
            RegisterTaskDefinitionRequest.builder()
                .family("shop-web")
                .containerDefinitions(container)
                .build());
  }

  private static TaskDefinitionRevision revision(TaskDefinition definition, Tag... tags) {
    return new TaskDefinitionRevision(definition, List.of(tags), List.of());
  }

  private static Map<String, SdkField<?>> fields(SdkPojo model) {
    return model.sdkFields().stream().collect(toMap(SdkField::memberName, sdkField -> sdkField));
  }
}
