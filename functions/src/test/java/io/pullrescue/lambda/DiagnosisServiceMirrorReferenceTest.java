package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.RetryRequest.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Builds that refer to the mirror from the first day on, before it holds the image. */
final class DiagnosisServiceMirrorReferenceTest {
  private static final String REPOSITORY =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby";

  private final FakeSqs sqs = new FakeSqs();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest for REPOSITORY:2.7 not found: manifest unknown: Requested image not found",
        "name unknown: The repository with name 'docker-hub/library/ruby' does not exist in the"
            + " registry with id '123456789012'",
        "ERROR: failed to solve: REPOSITORY:2.7: failed to resolve source metadata for"
            + " REPOSITORY:2.7: REPOSITORY:2.7: not found"
      })
  void replicatesImageThatACommandMissesInMirror(String error) {
    diagnose(
        TestFixtures.failedBuild(),
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:03.000001 Running command docker build -t app .",
        "Step 1/2 : FROM " + REPOSITORY + ":2.7",
        error.replace("REPOSITORY", REPOSITORY),
        "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

    assertThat(sqs.requests())
        .extracting(ReplicationRequest::image)
        .containsExactly(TestFixtures.RUBY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest for REPOSITORY:2.7 not found: manifest unknown: Requested image not found",
        "pull access denied for REPOSITORY, repository does not exist or may require 'docker"
            + " login': denied: User: CodeBuild"
      })
  void replicatesAndUsesMissingEnvironmentImage(String error) {
    var build = failedProvisioning(error.replace("REPOSITORY", REPOSITORY));

    diagnose(build);

    assertThat(sqs.requests())
        .extracting(ReplicationRequest::image)
        .containsExactly(TestFixtures.RUBY);
    var mirroredImage = TestFixtures.mirroredImage(TestFixtures.RUBY);
    var fixture = new CodeBuildFixture();
    fixture.codeBuild.add(build);
    var trigger = new Trigger.Build(build.id(), build.projectName());
    var publisher = new TestFixtures.RecordingEventPublisher();
    fixture
        .retrier(RetryConfig.DEFAULTS, TestFixtures.imageLookup(publisher), publisher)
        .retry(new BuildFailed(build.id()), Retry.of(trigger, TestFixtures.RUBY).orElseThrow());
    assertThat(fixture.codeBuild.startedBuilds)
        .extracting(StartBuildRequest::imageOverride)
        .containsExactly(mirroredImage.mirrorReference().toString());
  }

  @Test
  void replicatesNothingWhenRoleCannotPullFromMirror() {
    diagnose(
        TestFixtures.failedBuild(),
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:03.000001 Running command docker pull " + REPOSITORY + ":2.7",
        "Error response from daemon: pull access denied for "
            + REPOSITORY
            + ", repository does not exist or may require 'docker login'",
        "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

    assertThat(sqs.requests()).isEmpty();
  }

  private void diagnose(Build build, String... log) {
    DiagnosisFixture.diagnose(
        build,
        List.of(log),
        "codebuild/build-failed-rate-limit.json",
        sqs,
        new TestFixtures.RecordingEventPublisher());
  }

  private static Build failedProvisioning(String error) {
    var context =
        "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image."
            + " CannotPullContainerError: Error response from daemon: "
            + error;
    return SampleBuild.from(TestFixtures.failedBuild())
        .withPhases(SampleBuild.failedPhase("PROVISIONING", context))
        .withImage(REPOSITORY + ":2.7")
        .build();
  }
}
