package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RetryRequest.Retry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that somebody else wrote: nothing in them is believed but where to look. */
final class RetryServiceTrustTest {
  private static final Retry REQUEST = TestFixtures.retryRequest("build");
  private static final ImageReference BACKDOOR = ImageReference.of("team/backdoor:1");

  private final RetryFixture retries = new RetryFixture();
  private final FakeCodeBuildClient codeBuild = retries.builds.codeBuild;

  @BeforeEach
  void createFailedBuild() {
    codeBuild.add(TestFixtures.failedBuild());
    retries.builds.logs.streams.put(TestFixtures.LOG_STREAM, TestFixtures.LOG);
  }

  /** Every principal that may call PutEvents can publish with this source. */
  @ParameterizedTest
  @ValueSource(
      strings = {"image-replicated", "image-replicated-for-task", "image-replicated-for-job"})
  void startsNothingForPublishedEvent(String sample) {
    var event = TestFixtures.event("pull-rescue/" + sample + ".json");

    assertThat(retries.process(event))
        .asInstanceOf(type(Completed.class))
        .satisfies(completed ->
            assertThat(completed.summary()).startsWith("ignored: not a retry request: "));
    assertNothingHappened();
    assertThat(codeBuild.calls).isEmpty();
  }

  @Test
  void ignoresImageThatTheDiagnosisDoesNotName() {
    assertThat(summary(Retry.of(REQUEST.trigger(), BACKDOOR).orElseThrow()))
        .isEqualTo(
            "ignored: "
                + TestFixtures.BUILD
                + " did not fail because of an image pull of team/backdoor:1 that mirroring can"
                + " fix");
    assertNothingHappened();
  }

  @Test
  void ignoresBuildThatFailedForAnotherReason() {
    var log = List.of(TestFixtures.LOG.get(0), TestFixtures.LOG.get(1), TestFixtures.LOG.getLast());
    retries.builds.logs.streams.put(TestFixtures.LOG_STREAM, log);

    assertThat(summary(REQUEST)).contains("did not fail because of an image pull of ruby:2.7");
    assertNothingHappened();
  }

  @Test
  void ignoresEnvironmentImageThatWasPulled() {
    var context = "BUILD_CONTAINER_START_FAILURE: the container did not start";
    codeBuild.add(
        SampleBuild.from(TestFixtures.failedBuild())
            .withPhases(SampleBuild.failedPhase("PROVISIONING", context))
            .withImage("ruby:2.7")
            .build());

    assertThat(summary(REQUEST)).contains("did not fail because of an image pull of ruby:2.7");
    assertNothingHappened();
  }

  @Test
  void ignoresBuildThatSucceeded() {
    codeBuild.add(SampleBuild.from(TestFixtures.failedBuild()).withStatus("SUCCEEDED").build());

    assertThat(summary(REQUEST))
        .isEqualTo("ignored: build " + TestFixtures.BUILD + " is SUCCEEDED, not failed");
    assertNothingHappened();
  }

  @Test
  void ignoresTaskOfAnotherAccount() {
    var task = (Trigger.Task) TestFixtures.retryRequest("task").trigger();
    var foreign =
        new Trigger.Task(
            task.id().replace("123456789012", "999999999999"),
            task.cluster().replace("123456789012", "999999999999"),
            task.definition(),
            task.group(),
            task.launchType(),
            task.startedBy());
    retries.config = TestFixtures.retryConfig(WorkloadRetryMode.ALL, WorkloadRetryMode.ALL);
    retries.workloads =
        SampleWorkloads.registry(null, null, retries.imageLookup, retries.publisher);

    assertThat(summary(Retry.of(foreign, TestFixtures.RUBY).orElseThrow()))
        .isEqualTo("ignored: ECS task " + foreign.id() + " is not of this account and Region");
    assertNothingHappened();
  }

  /** The digest is what Amazon ECR has, and the publisher of a message cannot choose another. */
  @Test
  void takesDigestFromEcr() {
    summary(REQUEST);

    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(FakeCodeBuildClient.variables(request).get("PULL_RESCUE_IMAGES"))
                .isEqualTo(TestFixtures.mirroredImage(TestFixtures.RUBY).toString()));
  }

  @Test
  void skipsRetryWhenEcrKeepsNotListingImage() {
    retries.imageLookup = TestFixtures.imageLookup(retries.publisher, Map.of());

    assertThat(summary(REQUEST))
        .isEqualTo(
            "sent again: ruby:2.7 is not in the mirror, or still being restored from ECR's archive");
    assertThat(summary(RetryFixture.waited(REQUEST, 3))).startsWith("sent again");
    assertThat(summary(RetryFixture.waited(REQUEST, 4))).contains("did not retry");
    assertThat(retries.publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .satisfies(skipped ->
            assertThat(skipped.reason())
                .isEqualTo(
                    "ruby:2.7 is not in the mirror, or still being restored from ECR's archive; mirror it"
                        + " again with the function pull-rescue-manual"));
  }

  @Test
  void waitsForLogThatIsNotComplete() {
    retries.builds.logs.streams.put(
        TestFixtures.LOG_STREAM, TestFixtures.LOG.subList(0, TestFixtures.LOG.size() - 1));

    assertThat(summary(REQUEST))
        .isEqualTo("sent again: the log of " + TestFixtures.BUILD + " is not complete yet");
    assertThat(summary(RetryFixture.waited(REQUEST, 2))).contains("started shop:again-1");
  }

  @Test
  void publishesThatLogCannotBeRead() {
    codeBuild.add(
        SampleBuild.failed()
            .withPhases(SampleBuild.failedPhase("BUILD", "COMMAND_EXECUTION_ERROR: exit status 1"))
            .withS3Log("arn:aws:s3:::logs/shop/1.gz")
            .build());

    assertThat(summary(REQUEST)).contains("did not retry").contains("cannot be read");
    assertThat(retries.publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  private void assertNothingHappened() {
    assertThat(codeBuild.startedBuilds).isEmpty();
    assertThat(codeBuild.projectUpdates).isEmpty();
    assertThat(retries.publisher.events).isEmpty();
    assertThat(retries.queue.messages).isEmpty();
  }

  private String summary(Retry request) {
    return ((Completed) retries.process(request)).summary();
  }
}
