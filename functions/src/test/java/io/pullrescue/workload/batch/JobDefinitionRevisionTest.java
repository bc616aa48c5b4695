package io.pullrescue.workload.batch;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FullyPopulatedModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RepositoryCredentials;

/** Covers every field of the SDK model, so that a new field that is not copied fails a test. */
final class JobDefinitionRevisionTest {
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");

  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  private final JobDefinition described =
      (JobDefinition) FullyPopulatedModel.of(JobDefinition.builder());

  @Test
  void copiesEveryRegistrableField() {
    var fields = fields(described);
    var request = new JobDefinitionRevision(described, Map.of()).registerRequest(Map.of());

    for (var field : request.sdkFields()) {
      assertThat(field.getValueOrDefault(request))
          .as(field.memberName())
          .isNotNull()
          .isEqualTo(requireNonNull(fields.get(field.memberName())).getValueOrDefault(described));
    }
  }

  @Test
  void omitsOnlyFieldsManagedByBatch() {
    var registered = fields(RegisterJobDefinitionRequest.builder().build()).keySet();

    assertThat(fields(described).keySet().stream().filter(value -> !registered.contains(value)))
        .containsExactlyInAnyOrder(
            "jobDefinitionArn", "revision", "status", "containerOrchestrationType");
  }

  @Test
  void changesOnlyImageAndCredentialsOfSingleContainer() {
    var request =
        new JobDefinitionRevision(described, Map.of())
            .registerRequest(Map.of("default", MIRROR_REFERENCE));

    var before = described.containerProperties();
    assertThat(request.containerProperties())
        .isEqualTo(
            before.toBuilder()
                .image(MIRROR_REFERENCE.toString())
                .repositoryCredentials(NO_CREDENTIALS)
                .build());
    assertThat(request.toBuilder().containerProperties(before).build())
        .isEqualTo(new JobDefinitionRevision(described, Map.of()).registerRequest(Map.of()));
  }

  @Test
  void changesOnlyImageAndCredentialsOfNamedContainer() {
    var task = described.ecsProperties().taskProperties().getFirst();
    var report = task.containers().getFirst();
    var log = report.toBuilder().name("log").build();
    var unnamed = report.toBuilder().name(null).build();
    var allContainers = task.toBuilder().containers(report, log, unnamed).build();
    var multiple =
        described.toBuilder()
            .ecsProperties(properties -> properties.taskProperties(allContainers))
            .build();

    var request =
        new JobDefinitionRevision(multiple, Map.of())
            .registerRequest(Map.of(report.name(), MIRROR_REFERENCE));

    assertThat(request.ecsProperties().taskProperties().getFirst().containers())
        .containsExactly(
            report.toBuilder()
                .image(MIRROR_REFERENCE.toString())
                .repositoryCredentials(NO_CREDENTIALS)
                .build(),
            log,
            unnamed);
    assertThat(request.toBuilder().ecsProperties(multiple.ecsProperties()).build())
        .isEqualTo(new JobDefinitionRevision(multiple, Map.of()).registerRequest(Map.of()));
  }

  @Test
  void omitsTagsReservedByAws() {
    var tagged =
        described.toBuilder()
            .tags(Map.of("aws:cloudformation:stack-name", "shop", "team", "shop"))
            .build();

    assertThat(new JobDefinitionRevision(tagged, Map.of()).registerRequest(Map.of()).tags())
        .isEqualTo(Map.of("team", "shop"));
  }

  @Test
  void addsNothingToMinimalDefinition() {
    var small = JobDefinition.builder().jobDefinitionName("nightly").type("container").build();

    assertThat(
            new JobDefinitionRevision(small, Map.of())
                .registerRequest(Map.of("default", MIRROR_REFERENCE)))
        .isEqualTo(
            RegisterJobDefinitionRequest.builder()
                .jobDefinitionName("nightly")
                .type("container")
                .build());
  }

  private static Map<String, SdkField<?>> fields(SdkPojo model) {
    return model.sdkFields().stream().collect(toMap(SdkField::memberName, sdkField -> sdkField));
  }
}
