package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.EventSchemas;
import io.pullrescue.testing.TestFixtures;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the sample events of pull-rescue itself with what the code publishes. */
final class SampleEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARN = "arn:aws:%s:us-east-1:123456789012:";
  private static final Digest DIGEST =
      Digest.parse("sha256:2cdaa4ef6bbbf4c8b1e2f0d3a5c7981624364857a6b9c8d7e0f1a2b3c4d5e6f7")
          .orElseThrow();

  static Stream<Arguments> samples() {
    var ecs = ARN.formatted("ecs");
    var batch = ARN.formatted("batch");
    return Stream.of(
        Arguments.of("image-replicated", new Trigger.Build(TestFixtures.BUILD, "shop"), "ruby:2.7"),
        Arguments.of(
            "image-replicated-for-task",
            new Trigger.Task(
                ecs + "task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586",
                ecs + "cluster/shop",
                ecs + "task-definition/shop-web:41",
                "service:web",
                "FARGATE",
                "ecs-svc/2770844949256052681"),
            "ruby:2.7"),
        Arguments.of(
            "image-replicated-for-job",
            new Trigger.Job(
                "4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
                batch + "job-queue/nightly",
                batch + "job-definition/nightly:12"),
            "python:3.12-slim"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void sampleIsWhatIsPublished(String sample, Trigger trigger, String name)
      throws JsonProcessingException {
    var image = ImageReference.of(name);
    var published = PublishedEvent.of(replicated(trigger, image));
    var event = JSON.readTree(TestFixtures.readSample("pull-rescue/" + sample + ".json"));

    EventSchemas.validate(published);
    assertThat(event.path("source").asText()).isEqualTo("pull-rescue");
    assertThat(event.path("detail-type").asText()).isEqualTo(published.detailType());
    assertThat(event.path("detail").toPrettyString())
        .isEqualTo(JSON.readTree(published.detail()).toPrettyString());
  }

  private static RescueEvent replicated(Trigger trigger, ImageReference image) {
    var mirrored = TestFixtures.MIRROR.mirrorReference(image).orElseThrow();
    return new RescueEvent.Replicated(
        new ReplicationRequest(trigger, image, List.of(image), true),
        new ReplicationResult.Replicated(
            image,
            new ImageReference(mirrored.registry(), mirrored.repository(), mirrored.tag(), DIGEST),
            image,
            new CopyStats(9_437_184, 7, 0, 0, 4, 4, Duration.ofMillis(1840)),
            List.of()));
  }
}
