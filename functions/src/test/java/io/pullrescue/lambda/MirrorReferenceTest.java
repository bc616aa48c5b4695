package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.retry.History;
import io.pullrescue.retry.Project;
import io.pullrescue.retry.RetryPlan.StartBuild;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.RetryRules;
import io.pullrescue.retry.Situation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds that refer to the mirror from the first day on, before it holds the image. */
final class MirrorReferenceTest {
  private static final String REPOSITORY =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby";

  private final List<ReplicationRequest> requests = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest for REPOSITORY:2.7 not found: manifest unknown: Requested image not found",
        "name unknown: The repository with name 'docker-hub/library/ruby' does not exist in the"
            + " registry with id '123456789012'",
        "ERROR: failed to solve: REPOSITORY:2.7: failed to resolve source metadata for"
            + " REPOSITORY:2.7: REPOSITORY:2.7: not found"
      })
  void anImageThatACommandMissesInTheMirrorIsCopiedThere(String error) {
    diagnose(
        Rescued.failedBuild(),
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:03.000001 Running command docker build -t app .",
        "Step 1/2 : FROM " + REPOSITORY + ":2.7",
        error.replace("REPOSITORY", REPOSITORY),
        "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

    assertThat(requests).extracting(ReplicationRequest::image).containsExactly(Rescued.RUBY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest for REPOSITORY:2.7 not found: manifest unknown: Requested image not found",
        "pull access denied for REPOSITORY, repository does not exist or may require 'docker"
            + " login': denied: User: CodeBuild"
      })
  void anEnvironmentImageThatTheMirrorMissesIsCopiedAndUsed(String error) {
    var build = provisioning(error.replace("REPOSITORY", REPOSITORY));

    diagnose(build);

    assertThat(requests).extracting(ReplicationRequest::image).containsExactly(Rescued.RUBY);
    var copy = Rescued.copy(Rescued.RUBY);
    var situation =
        new Situation(
            build, new Project("shop", false, false), new History(List.of()), Instant.EPOCH);
    assertThat(new RetryPlanner(Rescued.MIRROR, RetryRules.USUAL).plan(situation, List.of(copy)))
        .isInstanceOfSatisfying(
            StartBuild.class, it -> assertThat(it.environmentImage()).isEqualTo(copy.copy()));
  }

  @Test
  void aRoleThatMayNotPullFromTheMirrorIsNotHelpedByACopy() {
    diagnose(
        Rescued.failedBuild(),
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:03.000001 Running command docker pull " + REPOSITORY + ":2.7",
        "Error response from daemon: pull access denied for "
            + REPOSITORY
            + ", repository does not exist or may require 'docker login'",
        "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

    assertThat(requests).isEmpty();
  }

  private void diagnose(Build build, String... log) {
    var reader =
        new FailureReader(
            new BuildReader(
                id -> Optional.of(build), (where, span) -> new LogText.Lines(List.of(log))),
            (cluster, task) -> Optional.empty(),
            id -> Optional.empty());
    var known = new Circumstances(null, null, null, Rescued.MIRROR.prefixes().keySet());
    new DiagnoseWorker(
            Mode.RESCUE,
            reader,
            new ReplicationPlanner(Rescued.MIRROR),
            known,
            requests::add,
            new Rescued.Ears())
        .work(Rescued.event("codebuild/build-failed-rate-limit.json"), Rescued.context(1000));
  }

  private static Build provisioning(String error) {
    var context =
        "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image."
            + " CannotPullContainerError: Error response from daemon: "
            + error;
    return SampleBuild.like(Rescued.failedBuild())
        .withPhases(new Phase("PROVISIONING", "FAILED", context, null, null))
        .withImage(REPOSITORY + ":2.7")
        .withLog(null)
        .build();
  }
}
