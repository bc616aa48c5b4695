package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.Mode;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.request.ReplicationPlan.ReportOnly;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.WorkloadRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiagnosisServiceTest {
  private final FakeSqs sqs = new FakeSqs();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final CodeBuildFixture fixture = new CodeBuildFixture();
  private List<String> log = TestFixtures.LOG;
  private boolean logExists = true;
  private Mode mode = Mode.RESCUE;

  @BeforeEach
  void createFailedBuild() {
    fixture.codeBuild.add(TestFixtures.failedBuild());
  }

  @Test
  void requestsReplicationOfImageThatFailedTheBuild() {
    var result = process(1);

    assertThat(result)
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains(
            TestFixtures.BUILD,
            "could not pull ruby:2.7",
            "rate limit",
            "pull-rescue mirrors the image");
    assertThat(sqs.requests())
        .containsExactly(
            new ReplicationRequest(
                    new Trigger.Build(TestFixtures.BUILD, "shop"),
                    TestFixtures.RUBY,
                    List.of(TestFixtures.RUBY),
                    true)
                .forPlatform(new Platform("linux", "amd64", null)));
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(Diagnosed.class))
        .satisfies(
            diagnosed -> assertThat(diagnosed.diagnosis().cause()).isEqualTo(Cause.RATE_LIMITED));
  }

  @Test
  void replicatesImageOfPullErrorThatDidNotFailTheBuild() {
    log = new ArrayList<>(TestFixtures.LOG.subList(0, 4));
    log.add("[Container] 2026/06/15 10:31:03.500001 Running command make test");
    log.add("1 test failed");
    log.add(TestFixtures.LOG.getLast());

    process(1);

    assertThat(sqs.requests())
        .singleElement()
        .satisfies(replicationRequest -> assertThat(replicationRequest.causedFailure()).isFalse());
  }

  @Test
  void namesProjectRoleInRemediation() {
    log = new ArrayList<>(TestFixtures.LOG);
    log.set(2, "Step 1/2 : FROM 210987654321.dkr.ecr.us-east-1.amazonaws.com/base:1");
    log.set(
        3,
        "pull access denied for 210987654321.dkr.ecr.us-east-1.amazonaws.com/base, repository does"
            + " not exist or may require 'docker login'");

    process(1);

    assertThat(((Diagnosed) publisher.events.getFirst()).remediation().steps())
        .extracting(Step::description)
        .contains("Allow the role shop-builds to pull from the repository.");
    assertThat(((Diagnosed) publisher.events.getFirst()).remediation().steps().getLast().snippet())
        .contains(
            "set-repository-policy", "arn:aws:iam::123456789012:role/service-role/shop-builds");
  }

  @Test
  void namesSettingWhenLogAccessIsDenied() {
    fixture.codeBuild.add(
        SampleBuild.failedIn("BUILD")
            .withId(TestFixtures.BUILD)
            .withS3Log("arn:aws:s3:::logs/shop/1.gz")
            .build());

    assertThat(process(1))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains(TestFixtures.BUILD, "deploy with -c buildLogBuckets=logs");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void reportsMissingLogAfterLastReceive() {
    logExists = false;

    assertThat(process(1)).isInstanceOf(RetryAfter.class);
    assertThat(process(4))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains("no image pull failure found", "log stream b0c7d1f4 does not exist yet");
  }

  @Test
  void requestsNothingInObserveMode() {
    mode = Mode.OBSERVE;

    process(1);

    assertThat(sqs.requests()).isEmpty();
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(Diagnosed.class))
        .satisfies(diagnosed -> assertThat(diagnosed.plan()).isInstanceOf(ReportOnly.class));
  }

  @Test
  void retriesUntilLogIsCompleteThenUsesPartialLog() {
    log = TestFixtures.LOG.subList(0, 4);

    assertThat(process(1)).isInstanceOf(RetryAfter.class);
    assertThat(process(4)).isInstanceOf(Completed.class);
    assertThat(sqs.requests()).hasSize(1);
  }

  @Test
  void publishesNothingForUnrelatedBuildFailure() {
    log =
        List.of(
            TestFixtures.LOG.get(0),
            "[Container] 2026/06/15 10:31:03.000001 Running command mvn verify",
            "[ERROR] There are test failures.",
            TestFixtures.LOG.getLast());

    assertThat(process(1))
        .isEqualTo(new Completed(TestFixtures.BUILD + " did not fail because of an image pull"));
    assertThat(publisher.events).isEmpty();
    assertThat(sqs.requests()).isEmpty();
  }

  @Test
  void ignoresUnknownBuildAfterItHadTimeToAppear() {
    fixture.codeBuild.builds.clear();

    assertThat(process(1))
        .isEqualTo(
            new RetryAfter(
                "CodeBuild has no build " + TestFixtures.BUILD + " in this region",
                Duration.ofSeconds(10)));
    assertThat(process(4))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains("CodeBuild has no build");
  }

  @Test
  void diagnosesBuildThatItsEventWasQuickerThan() {
    var build = TestFixtures.failedBuild();
    fixture.codeBuild.add(SampleBuild.from(build).withStatus("IN_PROGRESS").build());
    assertThat(process(1)).isInstanceOf(RetryAfter.class);

    fixture.codeBuild.add(build);
    process(2);
    assertThat(publisher.lastEvent()).isInstanceOf(Diagnosed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild/build-succeeded.json",
        "pull-rescue/image-replicated.json",
        "manual/image.json"
      })
  void ignoresEventsThatAreNotFailures(String sample) {
    assertThat(service().process(TestFixtures.event(sample), TestFixtures.context(1000)))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .startsWith("ignored: ");
  }

  @Test
  void publishesNoEnvironmentVariables() {
    process(1);

    assertThat(PublishedEvent.of(publisher.events.getFirst()).detail())
        .doesNotContain(TestFixtures.SECRET);
    assertThat(publisher.events.toString() + sqs.requests()).doesNotContain(TestFixtures.SECRET);
  }

  @Test
  void redactsSecretsInQuotedLogLine() {
    log =
        TestFixtures.LOG.stream()
            .map(line ->
                line.replace(
                    "toomanyrequests:",
                    "https://ci:"
                        + TestFixtures.SECRET
                        + "@registry-1.docker.io/v2/: toomanyrequests: DOCKER_PASSWORD="
                        + TestFixtures.SECRET))
            .toList();

    process(1);

    assertThat(PublishedEvent.of(publisher.events.getFirst()).detail())
        .contains("toomanyrequests", "(hidden)")
        .doesNotContain(TestFixtures.SECRET);
  }

  private ProcessingResult process(int receiveCount) {
    var event = TestFixtures.event("codebuild/build-failed-rate-limit.json");
    return service()
        .process(new QueueMessage("1", event.body(), receiveCount), TestFixtures.context(1000));
  }

  private DiagnosisService service() {
    if (logExists) {
      fixture.logs.streams.put(TestFixtures.LOG_STREAM, log);
    }
    return new DiagnosisService(
        mode,
        new FailureLoader(fixture.failureLoader(), new WorkloadRegistry()),
        new ReplicationPlanner(TestFixtures.MIRROR),
        new AccountContext(
            "123456789012", "us-east-1", null, TestFixtures.MIRROR.prefixes().keySet()),
        sqs.replicationQueue(),
        publisher);
  }
}
