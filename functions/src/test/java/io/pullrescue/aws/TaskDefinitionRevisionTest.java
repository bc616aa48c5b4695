package io.pullrescue.aws;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Holds for every field that this SDK knows, and fails for the next one that it could not keep. */
final class TaskDefinitionRevisionTest {
  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final Tag TEAM = Tag.builder().key("team").value("shop").build();

  private static final @Nullable RepositoryCredentials NO_LOGIN = null;

  private final TaskDefinition described = (TaskDefinition) EveryField.of(TaskDefinition.builder());

  @Test
  void everyFieldThatCanBeRegisteredIsAsItWasDescribed() {
    var fields = fields(described);
    var request = TaskDefinitionRevision.of(response(TEAM));

    assertThat(request.tags()).containsExactly(TEAM);
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
  void onlyWhatEcsWritesByItselfIsLeftOut() {
    var registered = fields(RegisterTaskDefinitionRequest.builder().build()).keySet();

    assertThat(fields(described).keySet().stream().filter(it -> !registered.contains(it)))
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
  void onlyTheImageAndTheLoginOfTheContainerThatIsNamedChange() {
    var web = described.containerDefinitions().getFirst();
    var cache = web.toBuilder().name("cache").build();
    var both = response(described.toBuilder().containerDefinitions(web, cache).build(), TEAM);

    var request = TaskDefinitionRevision.of(both, Map.of(web.name(), COPY));

    assertThat(request.containerDefinitions())
        .containsExactly(
            web.toBuilder().image(COPY.toString()).repositoryCredentials(NO_LOGIN).build(), cache);
    assertThat(request.toBuilder().containerDefinitions(web, cache).build())
        .isEqualTo(TaskDefinitionRevision.of(both));
  }

  @Test
  void tagsOfAwsItselfAreLeftToAws() {
    var stack = Tag.builder().key("aws:cloudformation:stack-name").value("shop").build();

    assertThat(TaskDefinitionRevision.of(response(stack, TEAM)).tags()).containsExactly(TEAM);
    assertThat(TaskDefinitionRevision.of(response(stack)).hasTags()).isFalse();
  }

  @Test
  void aDefinitionOfOneContainerAloneGetsNothingAdded() {
    var container = ContainerDefinition.builder().name("web").image("ruby:2.7").build();
    var small = TaskDefinition.builder().family("shop-web").containerDefinitions(container).build();

    assertThat(TaskDefinitionRevision.of(response(small)))
        .isEqualTo(
            RegisterTaskDefinitionRequest.builder()
                .family("shop-web")
                .containerDefinitions(container)
                .build());
  }

  private DescribeTaskDefinitionResponse response(Tag... tags) {
    return response(described, tags);
  }

  private static DescribeTaskDefinitionResponse response(TaskDefinition definition, Tag... tags) {
    return DescribeTaskDefinitionResponse.builder().taskDefinition(definition).tags(tags).build();
  }

  private static Map<String, SdkField<?>> fields(SdkPojo model) {
    return model.sdkFields().stream().collect(toMap(SdkField::memberName, it -> it));
  }
}
