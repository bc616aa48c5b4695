package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the event of a task or a job to the request for a copy. */
final class DiagnosisServiceWorkloadTest {
  private final FakeSqs sqs = new FakeSqs();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();

  @ParameterizedTest
  @CsvSource({
    "ecs/fargate-rate-limit,       RATE_LIMITED,    ruby:2.7",
    "ecs/fargate-cut-message,      UPSTREAM_ERROR,  amazon/aws-xray-daemon:3.3.7",
    "ecs/fargate-mirror-not-found, IMAGE_NOT_FOUND, ruby:2.7",
    "ecs/ec2-rate-limit,           RATE_LIMITED,    python:3.12-slim",
    "batch/rate-limit,             RATE_LIMITED,    python:3.12-slim",
    "batch/cut-mirror-not-found,   UPSTREAM_ERROR,  python:3.12-slim"
  })
  void requestsImageOfFailedContainer(String sample, Cause cause, String image) {
    process(sample);

    assertThat(diagnosed())
        .extracting(diagnosed -> diagnosed.diagnosis().cause())
        .containsExactly(cause);
    assertThat(sqs.requests())
        .singleElement()
        .satisfies(replicationRequest -> {
          assertThat(replicationRequest.image()).isEqualTo(ImageReference.of(image));
          assertThat(replicationRequest.requiredImages())
              .isEqualTo(diagnosed().getFirst().diagnosis().images());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecs/fargate-mirror-not-found", "batch/cut-mirror-not-found"})
  void requestsUpstreamImageOfMirrorReference(String sample) {
    process(sample);

    var mirrorReference = diagnosed().getFirst().diagnosis().images().getFirst();
    assertThat(mirrorReference.registry()).isEqualTo(TestFixtures.MIRROR.registry());
    assertThat(TestFixtures.MIRROR.mirrorReference(sqs.requests().getFirst().image()))
        .contains(mirrorReference);
  }

  @Test
  void diagnosesEachFailedContainerSeparately() {
    var result = process("ecs/ec2-several-containers");

    assertThat(diagnosed())
        .extracting(diagnosed -> diagnosed.diagnosis().cause())
        .containsExactly(Cause.RATE_LIMITED, Cause.IMAGE_NOT_FOUND);
    assertThat(sqs.requests())
        .extracting(ReplicationRequest::image)
        .containsExactly(ImageReference.of("nginx:1.27"));
    assertThat(result.summary())
        .contains("could not pull nginx:1.27", "could not pull redis:7: the image was not found")
        .doesNotContain("otel");
  }

  @Test
  void namesPolicyStatementMissingFromExecutionRole() {
    process("ecs/fargate-access-denied");

    assertThat(sqs.requests()).isEmpty();
    assertThat(remediationSteps().getFirst().description())
        .isEqualTo("Allow the task execution role shop-execution to pull from the repository.");
    assertThat(remediationSteps().getFirst().snippet())
        .contains("arn:aws:ecr:us-east-1:123456789012:repository/shop/web", "ecr:BatchGetImage");
  }

  @Test
  void namesExecutionRoleInRateLimitRemediation() {
    process("ecs/fargate-rate-limit");

    assertThat(remediationSteps())
        .anySatisfy(step -> {
          assertThat(step.description()).contains("execution role shop-execution");
          assertThat(step.snippet())
              .contains("arn:aws:secretsmanager:us-east-1:123456789012:secret:");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "ecs/fargate-rate-limit, shop-execution, docker-hub/library/ruby",
    "batch/rate-limit,       nightly-execution, docker-hub/library/python"
  })
  void namesPolicyStatementForPullsFromMirror(String sample, String role, String repository) {
    process(sample);

    assertThat(remediationSteps().getLast().description())
        .startsWith("Allow the role " + role + " to pull from the mirror");
    assertThat(remediationSteps().getLast().snippet())
        .contains("arn:aws:ecr:us-east-1:123456789012:repository/" + repository, "BatchGetImage");
  }

  @Test
  void requestContainsTaskTrigger() {
    process("ecs/fargate-rate-limit");

    var arnPrefix = "arn:aws:ecs:us-east-1:123456789012:";
    var trigger =
        new Trigger.Task(
            arnPrefix + "task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586",
            arnPrefix + "cluster/shop",
            arnPrefix + "task-definition/shop-web:41",
            "service:web",
            "FARGATE",
            "ecs-svc/2770844949256052681");
    assertThat(sqs.requests().getFirst().trigger()).isEqualTo(trigger);
    assertThat(
            ReplicationRequestMessage.parse(
                ReplicationRequestMessage.of(sqs.requests().getFirst()).body()))
        .contains(sqs.requests().getFirst());
  }

  @ParameterizedTest
  @CsvSource({"ecs/fargate-rate-limit, shop-web:41", "batch/rate-limit,       nightly:12"})
  void reportStatesThatNothingWasChanged(String sample, String definition) {
    process(sample);
    var request = sqs.requests().getFirst();
    var mirrorReference = TestFixtures.MIRROR.mirrorReference(request.image()).orElseThrow();
    var stats = CopyStats.nothingCopied(Duration.ofMillis(20));

    var replicated =
        new RescueEvent.Replicated(
            request,
            new Replicated(request.image(), mirrorReference, mirrorReference, stats, List.of()));

    assertThat(EventSummary.of(replicated)).contains(" uses it once " + definition + " names it");
    assertThat(diagnosed().getFirst().remediation().summary())
        .contains("if `ecsRetry` or `batchRetry` allows it");
  }

  @Test
  void replicatedEventNamesWaitingTask() {
    process("ecs/fargate-rate-limit");
    var request = sqs.requests().getFirst();
    var mirroredImage = TestFixtures.mirroredImage(request.image());
    var event =
        PublishedEvent.of(
            new RescueEvent.Replicated(
                request,
                new Replicated(
                    request.image(),
                    mirroredImage.mirrorReference(),
                    request.image(),
                    CopyStats.nothingCopied(Duration.ofMillis(20)),
                    List.of())));

    assertThat(event.detail()).contains("\"type\":\"task\"", "\"group\":\"service:web\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ecs/resource-initialization-error",
        "ecs/essential-container-exited",
        "batch/essential-container-exited"
      })
  void publishesNothingForUnrelatedFailure(String sample) {
    assertThat(process(sample).summary())
        .startsWith("ignored: ")
        .containsPattern("because of an image pull|ran: ");
    assertThat(publisher.events).isEmpty();
    assertThat(sqs.requests()).isEmpty();
  }

  private List<Diagnosed> diagnosed() {
    return publisher.events.stream().map(Diagnosed.class::cast).toList();
  }

  private List<Step> remediationSteps() {
    return diagnosed().getFirst().remediation().steps();
  }

  private Completed process(String sample) {
    return process(TestFixtures.event(sample + ".json"));
  }

  private Completed process(QueueMessage event) {
    var mirror = TestFixtures.MIRROR;
    var failureLoader =
        new FailureLoader(
            new CodeBuildFixture().failureLoader(),
            SampleWorkloads.registry(
                SampleWorkloads.task(event),
                SampleWorkloads.job(event),
                TestFixtures.imageLookup(publisher),
                publisher));
    var accountContext =
        new AccountContext(mirror.accountId(), mirror.region(), null, mirror.prefixes().keySet());
    var service =
        new DiagnosisService(
            Mode.RESCUE,
            failureLoader,
            new ReplicationPlanner(mirror),
            accountContext,
            sqs.replicationQueue(),
            publisher);
    return (Completed) service.process(event, TestFixtures.context(1000));
  }
}
