package io.pullrescue.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.lambda.DependencyFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventParserTest {
  private final EventParser parser = DependencyFactory.eventParser();

  @Test
  void parsesFailedBuild() throws IOException {
    assertThat(parser.parse(sample("codebuild/build-failed-rate-limit.json")))
        .isEqualTo(new BuildFailed("shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60"));
    assertThat(parser.parse(sample("codebuild/provisioning-failed-rate-limit.json")))
        .isEqualTo(new BuildFailed("shop-tests:5e1a7c3e-2b58-4d0e-9a61-7f3c5d9b1e24"));
  }

  @Test
  void parsesSucceededBuild() throws IOException {
    assertThat(parser.parse(sample("codebuild/build-recovered.json")))
        .isEqualTo(new BuildSucceeded("shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92"));
  }

  @Test
  void ignoresStoppedBuild() throws IOException {
    var stopped = sample("codebuild/build-succeeded.json").replace("SUCCEEDED", "STOPPED");

    assertThat(parser.parse(stopped))
        .isEqualTo(
            new Ignored("build shop:d9b3f5c1-8e47-4c26-a0d4-5b1e6f7a9c32 is STOPPED, not failed"));
  }

  @ParameterizedTest
  @CsvSource({
    "fargate-rate-limit,       shop,    0d3f6b1c8e2a4975b6d0c1f2e3a49586",
    "fargate-cut-message,      shop,    5295c172e481aedc1b362758f90bafce",
    "fargate-access-denied,    shop,    4173af50c26e8db9fa140536c7e8d9ca",
    "fargate-mirror-not-found, shop,    30629e4fb15d7ca8e903f425b6d7c8b9",
    "ec2-rate-limit,           workers, 1e407c2d9f3b5a86c7e1d203f4b5a697",
    "ec2-several-containers,   shop,    2f518d3ea04c6b97d8f2e314a5c6b7a8"
  })
  void parsesTaskWithPullError(String sample, String cluster, String task) throws IOException {
    var arnPrefix = "arn:aws:ecs:us-east-1:123456789012:";

    assertThat(parser.parse(sample("ecs/" + sample + ".json")))
        .isEqualTo(
            new TaskFailed(
                arnPrefix + "cluster/" + cluster, arnPrefix + "task/" + cluster + "/" + task));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resource-initialization-error", "essential-container-exited"})
  void ignoresTaskStoppedForOtherReason(String sample) throws IOException {
    assertThat(parser.parse(sample("ecs/" + sample + ".json"))).isInstanceOf(Ignored.class);
  }

  /** The agent on EC2 keeps the error of a pull as the reason of a container that ran. */
  @Test
  void ignoresTaskThatRanThoughItsPullFailed() throws IOException {
    var event = sample("ecs/ec2-rate-limit.json");

    assertThat(
            ignoredReason(event.replace("\"TaskFailedToStart\"", "\"EssentialContainerExited\"")))
        .contains("ran: its stop code is EssentialContainerExited");
  }

  @Test
  void ignoresTaskThatIsStillStopping() throws IOException {
    var event = sample("ecs/fargate-rate-limit.json");

    assertThat(ignoredReason(event.replace("\"STOPPED\"", "\"DEPROVISIONING\"")))
        .contains("is DEPROVISIONING, not stopped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWSBatch-nightly-9c1f0d2e-7a4b-3c5d-8e6f-1a2b3c4d5e6f",
        "nightly_Batch_9c1f0d2e-7a4b-3c5d-8e6f-1a2b3c4d5e6f"
      })
  void ignoresTasksOfBatchJobs(String cluster) throws IOException {
    var event = sample("ecs/fargate-rate-limit.json");

    assertThat(ignoredReason(event.replace("cluster/shop", "cluster/" + cluster)))
        .contains("AWS Batch");
  }

  @Test
  void rejectsInvalidTaskAndClusterArns() throws IOException {
    var event = sample("ecs/fargate-rate-limit.json");

    assertThat(ignoredReason(event.replace(":task/shop/", ":task/shop/../")))
        .contains("without a valid");
    assertThat(ignoredReason(event.replace(":cluster/shop", ":cluster/a b")))
        .contains("without a valid");
  }

  @ParameterizedTest
  @CsvSource({
    "rate-limit,         4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
    "several-containers, 6e97bbc0-2ca4-4bcc-9c7c-6949beea36ca"
  })
  void parsesJobWithPullError(String sample, String job) throws IOException {
    assertThat(parser.parse(sample("batch/" + sample + ".json"))).isEqualTo(new JobFailed(job));
  }

  @Test
  void parsesJobThatFailedToStartWithoutReason() throws IOException {
    var event = sample("batch/rate-limit.json").replaceAll("\"reason\"", "\"unsaid\"");

    assertThat(parser.parse(event)).isInstanceOf(JobFailed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {":7", "#0"})
  void parsesArrayChildAndNodeJobs(String index) throws IOException {
    var job = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
    var event = sample("batch/rate-limit.json").replace(job + "\"", job + index + "\"");

    assertThat(parser.parse(event)).isEqualTo(new JobFailed(job + index));
  }

  @Test
  void ignoresJobWithoutPullError() throws IOException {
    assertThat(ignoredReason(sample("batch/essential-container-exited.json")))
        .contains("because of an image pull");
    assertThat(ignoredReason(sample("batch/rate-limit.json").replace("\"FAILED\"", "\"RUNNABLE\"")))
        .contains("is RUNNABLE, not failed");
    assertThat(ignoredReason(sample("batch/rate-limit.json").replace("4c7599ae", "x")))
        .contains("jobId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"image-replicated", "image-replicated-for-task", "image-replicated-for-job"})
  void ignoresEventsOfPullRescueItself(String sample) throws IOException {
    assertThat(ignoredReason(sample("pull-rescue/" + sample + ".json")))
        .isEqualTo("an unknown event: pull-rescue / Image Replicated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "no json at all",
        "{\"source\": 7}",
        "\u0000",
        "{}",
        "{\"source\":\"aws.codebuild\",\"detail-type\":\"CodeBuild Build State Change\"}",
        "{\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance State-change Notification\"}"
      })
  void explainsWhyUnknownEventIsIgnored(String text) {
    assertThat(parser.parse(text))
        .isInstanceOfSatisfying(
            Ignored.class, ignored -> assertThat(ignored.reason()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:codebuild:eu-west-1:1:build/p-1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60, true",
    "p-1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60,      true",
    "p-1:b0c7d1f4,                                  false",
    "'p 1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60',    false",
    "../x:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60,     false",
  })
  void acceptsOnlyValidBuildIds(String text, boolean valid) {
    assertThat(BuildFailed.parse(text).isPresent()).isEqualTo(valid);
  }

  private String ignoredReason(String event) {
    assertThat(parser.parse(event)).isInstanceOf(Ignored.class);
    return ((Ignored) parser.parse(event)).reason();
  }

  private static String sample(String name) throws IOException {
    return Files.readString(Path.of("../events", name));
  }
}
