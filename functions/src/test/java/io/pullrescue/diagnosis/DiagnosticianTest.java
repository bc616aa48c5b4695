package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DiagnosticianTest {
  private static final String LIMITED =
      "CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your"
          + " pull rate limit.";

  @Test
  void believesTheRecordBeforeAnyText() {
    var failure =
        failure(
            ImageReference.of("ruby:2.7"),
            new Excerpt(Place.PHASE_CONTEXT, LIMITED + " docker pull redis:7"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(Certainty.NAMED_BY_RECORD, failed -> failed.evidence().certainty());
  }

  @Test
  void namesNoImageThatCodeBuildItselfProvides() {
    var failure =
        failure(
            ImageReference.of("aws/codebuild/standard:7.0"),
            new Excerpt(Place.PHASE_CONTEXT, LIMITED));

    assertPullFailed(failure).returns(List.of(), PullFailed::images);
  }

  @Test
  void believesTheFailingCommandWhereTheRecordIsOfTheBuild() {
    var failure =
        failure(
            ImageReference.of("aws/codebuild/standard:7.0"),
            new Excerpt(
                Place.PHASE_CONTEXT,
                "COMMAND_EXECUTION_ERROR: Error while executing command: docker pull ruby:2.7."
                    + " Reason: exit status 1"),
            new Excerpt(
                Place.FAILING_COMMAND,
                "[Container] 2026/06/15 10:41:39.1 Running command docker pull ruby:2.7\n"
                    + "Error response from daemon: toomanyrequests: You have reached your pull rate"
                    + " limit."));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(Place.FAILING_COMMAND, failed -> failed.evidence().place())
        .returns(2, failed -> failed.evidence().number())
        .returns(Certainty.NAMED_BY_CONTEXT, failed -> failed.evidence().certainty())
        .returns(true, PullFailed::decisive);
  }

  @Test
  void reportsAPullThatALaterCommandSurvived() {
    var failure =
        failure(
            null,
            new Excerpt(
                Place.EARLIER_COMMANDS, "$ docker pull ruby:2.7 || true\ntoomanyrequests: x"),
            new Excerpt(Place.FAILING_COMMAND, "make: *** [test] Error 1"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(false, PullFailed::decisive);
  }

  @Test
  void prefersTheFailingCommandToEarlierOnes() {
    var failure =
        failure(
            null,
            new Excerpt(Place.EARLIER_COMMANDS, "$ docker pull ruby:2.7\ntoomanyrequests: x"),
            new Excerpt(Place.FAILING_COMMAND, "$ docker pull redis:7\ntoomanyrequests: x"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("redis:7")), PullFailed::images)
        .returns(true, PullFailed::decisive);
  }

  @Test
  void isSilentWhereNothingSpeaksOfAPull() {
    var failure = failure(null, new Excerpt(Place.FAILING_COMMAND, "npm ERR! code E429"));

    assertThat(new Diagnostician().diagnose(failure)).isEqualTo(new NotAPullFailure());
  }

  @Test
  void letsTheLastErrorDecide() {
    assertThat(
            Messages.pullFailed(
                    "$ docker pull a/b:1\nError response from daemon: Get \"https://registry-1.docker.io/v2/\":"
                        + " net/http: TLS handshake timeout\n$ docker pull a/b:1\nError response from daemon:"
                        + " toomanyrequests: x")
                .cause())
        .isEqualTo(Cause.RATE_LIMITED);
  }

  @Test
  void takesNoEchoForTheReason() {
    var log =
        """
        #2 [internal] load metadata for docker.io/library/golang:1.22
        #3 [internal] load metadata for docker.io/library/alpine:3
        #2 ERROR: toomanyrequests: x
        #3 ERROR: failed to copy: context canceled
        """;

    assertThat(Messages.pullFailed(log).cause()).isEqualTo(Cause.RATE_LIMITED);
  }

  @Test
  void saysWhenOnlyTheRepositoryIsKnown() {
    var failed =
        Messages.pullFailed(
            "pull access denied for a/b, repository does not exist or may require 'docker login'");

    assertThat(failed.evidence().certainty()).isEqualTo(Certainty.REPOSITORY_ONLY);
    assertThat(failed.images()).containsExactly(ImageReference.of("a/b:latest"));
  }

  @Test
  void findsTheTagOfARepositoryInTheCommand() {
    var failed =
        Messages.pullFailed(
            "$ docker pull a/b:3\nError response from daemon: pull access denied for a/b, repository"
                + " does not exist or may require 'docker login'");

    assertThat(failed.images()).containsExactly(ImageReference.of("a/b:3"));
  }

  private static Failure failure(@Nullable ImageReference imageOfRecord, Excerpt... excerpts) {
    return new Failure(new Origin.Build("p:1", "p"), imageOfRecord, List.of(excerpts));
  }

  private static ObjectAssert<PullFailed> assertPullFailed(Failure failure) {
    return assertThat(new Diagnostician().diagnose(failure))
        .asInstanceOf(InstanceOfAssertFactories.type(PullFailed.class));
  }
}
