package io.pullrescue.aws;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;

/** Holds for every field that this SDK knows, and fails for the next one that it could not keep. */
final class JobDefinitionRevisionTest {
  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");

  private final JobDefinition described = (JobDefinition) EveryField.of(JobDefinition.builder());

  @Test
  void everyFieldThatCanBeRegisteredIsAsItWasDescribed() {
    var fields = fields(described);
    var request = JobDefinitionRevision.of(described);

    for (var field : request.sdkFields()) {
      assertThat(field.getValueOrDefault(request))
          .as(field.memberName())
          .isNotNull()
          .isEqualTo(requireNonNull(fields.get(field.memberName())).getValueOrDefault(described));
    }
  }

  @Test
  void onlyWhatBatchWritesByItselfIsLeftOut() {
    var registered = fields(RegisterJobDefinitionRequest.builder().build()).keySet();

    assertThat(fields(described).keySet().stream().filter(it -> !registered.contains(it)))
        .containsExactlyInAnyOrder(
            "jobDefinitionArn", "revision", "status", "containerOrchestrationType");
  }

  @Test
  void onlyTheImageOfTheOnlyContainerChanges() {
    var request = JobDefinitionRevision.of(described, Map.of("default", COPY));

    var before = described.containerProperties();
    assertThat(request.containerProperties())
        .isEqualTo(before.toBuilder().image(COPY.toString()).build());
    assertThat(request.toBuilder().containerProperties(before).build())
        .isEqualTo(JobDefinitionRevision.of(described));
  }

  @Test
  void onlyTheImageOfTheContainerThatIsNamedChanges() {
    var task = described.ecsProperties().taskProperties().getFirst();
    var report = task.containers().getFirst();
    var log = report.toBuilder().name("log").build();
    var nameless = report.toBuilder().name(null).build();
    var all = task.toBuilder().containers(report, log, nameless).build();
    var several =
        described.toBuilder().ecsProperties(properties -> properties.taskProperties(all)).build();

    var request = JobDefinitionRevision.of(several, Map.of(report.name(), COPY));

    assertThat(request.ecsProperties().taskProperties().getFirst().containers())
        .containsExactly(report.toBuilder().image(COPY.toString()).build(), log, nameless);
    assertThat(request.toBuilder().ecsProperties(several.ecsProperties()).build())
        .isEqualTo(JobDefinitionRevision.of(several));
  }

  @Test
  void tagsOfAwsItselfAreLeftToAws() {
    var tagged =
        described.toBuilder()
            .tags(Map.of("aws:cloudformation:stack-name", "shop", "team", "shop"))
            .build();

    assertThat(JobDefinitionRevision.of(tagged).tags()).isEqualTo(Map.of("team", "shop"));
  }

  @Test
  void aSmallDefinitionGetsNothingAdded() {
    var small = JobDefinition.builder().jobDefinitionName("nightly").type("container").build();

    assertThat(JobDefinitionRevision.of(small, Map.of("default", COPY)))
        .isEqualTo(
            RegisterJobDefinitionRequest.builder()
                .jobDefinitionName("nightly")
                .type("container")
                .build());
  }

  private static Map<String, SdkField<?>> fields(SdkPojo model) {
    return model.sdkFields().stream().collect(toMap(SdkField::memberName, it -> it));
  }
}
