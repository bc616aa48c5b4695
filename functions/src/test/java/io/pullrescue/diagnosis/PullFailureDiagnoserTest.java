package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PullFailureDiagnoserTest {
  private static final String RATE_LIMIT_ERROR =
      "CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your"
          + " pull rate limit.";

  @Test
  void prefersRecordedImageToText() {
    var failure =
        failure(
            ImageReference.of("ruby:2.7"),
            new LogExcerpt(TextSource.PHASE_CONTEXT, RATE_LIMIT_ERROR + " docker pull redis:7"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(Confidence.NAMED_BY_RECORD, failed -> failed.evidence().confidence());
  }

  @Test
  void ignoresCodeBuildCuratedImages() {
    var failure =
        failure(
            ImageReference.of("aws/codebuild/standard:7.0"),
            new LogExcerpt(TextSource.PHASE_CONTEXT, RATE_LIMIT_ERROR));

    assertPullFailed(failure).returns(List.of(), PullFailed::images);
  }

  @Test
  void readsImageFromFailingCommand() {
    var failure =
        failure(
            ImageReference.of("aws/codebuild/standard:7.0"),
            new LogExcerpt(
                TextSource.PHASE_CONTEXT,
                "COMMAND_EXECUTION_ERROR: Error while executing command: docker pull ruby:2.7."
                    + " Reason: exit status 1"),
            new LogExcerpt(
                TextSource.FAILING_COMMAND,
                "[Container] 2026/06/15 10:41:39.1 Running command docker pull ruby:2.7\n"
                    + "Error response from daemon: toomanyrequests: You have reached your pull rate"
                    + " limit."));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(TextSource.FAILING_COMMAND, failed -> failed.evidence().source())
        .returns(2, failed -> failed.evidence().lineNumber())
        .returns(Confidence.NAMED_BY_CONTEXT, failed -> failed.evidence().confidence())
        .returns(true, PullFailed::causedFailure);
  }

  @Test
  void reportsEarlierPullFailureAsNotCausal() {
    var failure =
        failure(
            null,
            new LogExcerpt(
                TextSource.EARLIER_COMMANDS, "$ docker pull ruby:2.7 || true\ntoomanyrequests: x"),
            new LogExcerpt(TextSource.FAILING_COMMAND, "make: *** [test] Error 1"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("ruby:2.7")), PullFailed::images)
        .returns(false, PullFailed::causedFailure);
  }

  @Test
  void prefersFailingCommandToEarlierCommands() {
    var failure =
        failure(
            null,
            new LogExcerpt(
                TextSource.EARLIER_COMMANDS, "$ docker pull ruby:2.7\ntoomanyrequests: x"),
            new LogExcerpt(
                TextSource.FAILING_COMMAND, "$ docker pull redis:7\ntoomanyrequests: x"));

    assertPullFailed(failure)
        .returns(List.of(ImageReference.of("redis:7")), PullFailed::images)
        .returns(true, PullFailed::causedFailure);
  }

  @Test
  void returnsNoPullFailureForUnrelatedError() {
    var failure = failure(null, new LogExcerpt(TextSource.FAILING_COMMAND, "npm ERR! code E429"));

    assertThat(new PullFailureDiagnoser().diagnose(failure)).isEqualTo(new NotAPullFailure());
  }

  @Test
  void usesLastError() {
    assertThat(
            MessageCorpus.pullFailed(
                    "$ docker pull a/b:1\nError response from daemon: Get \"https://registry-1.docker.io/v2/\":"
                        + " net/http: TLS handshake timeout\n$ docker pull a/b:1\nError response from daemon:"
                        + " toomanyrequests: x")
                .cause())
        .isEqualTo(Cause.RATE_LIMITED);
  }

  @Test
  void ignoresSecondaryErrors() {
    var log =
        """
        #2 [internal] load metadata for docker.io/library/golang:1.22
        #3 [internal] load metadata for docker.io/library/alpine:3
        #2 ERROR: toomanyrequests: x
        #3 ERROR: failed to copy: context canceled
        """;

    assertThat(MessageCorpus.pullFailed(log).cause()).isEqualTo(Cause.RATE_LIMITED);
  }

  @Test
  void reportsRepositoryOnlyConfidence() {
    var failed =
        MessageCorpus.pullFailed(
            "pull access denied for a/b, repository does not exist or may require 'docker login'");

    assertThat(failed.evidence().confidence()).isEqualTo(Confidence.REPOSITORY_ONLY);
    assertThat(failed.images()).containsExactly(ImageReference.of("a/b:latest"));
  }

  @Test
  void readsTagFromCommand() {
    var failed =
        MessageCorpus.pullFailed(
            "$ docker pull a/b:3\nError response from daemon: pull access denied for a/b, repository"
                + " does not exist or may require 'docker login'");

    assertThat(failed.images()).containsExactly(ImageReference.of("a/b:3"));
  }

  private static Failure failure(@Nullable ImageReference recordedImage, LogExcerpt... excerpts) {
    return new Failure(new Trigger.Build("p:1", "p"), recordedImage, List.of(excerpts));
  }

  private static ObjectAssert<PullFailed> assertPullFailed(Failure failure) {
    return assertThat(new PullFailureDiagnoser().diagnose(failure))
        .asInstanceOf(InstanceOfAssertFactories.type(PullFailed.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docker build --build-arg A=hunter2 . ; toomanyrequests: too many | toomanyrequests: too many",
        "ssh hunter2 pull access denied for team/app, repository does not exist or may require 'docker login' "
            + "| pull access denied for team/app, repository does not exist or may require 'docker login'",
        "hunter2 manifest for ghcr.io/team/app:1 not found: manifest unknown | ghcr.io/team/app:1 ... manifest unknown",
        "docker pull ruby:2.7 hunter2: toomanyrequests: x | ruby:2.7 ... toomanyrequests: x",
        "docker pull ruby:2.7 --a-very-long-option-that-follows hunter2: toomanyrequests: x | toomanyrequests: x",
        "docker pull -p toomanyrequests-hunter2 ruby | toomanyrequests-hunter2 ruby",
      })
  void quotesLineFromPhraseThatSaysWhatFailed(String line, String quote) {
    assertThat(MessageCorpus.pullFailed(line).evidence())
        .returns(quote, Evidence::text)
        .returns(line, Evidence::line);
  }

  @Test
  void quotesAtMost200Characters() {
    assertThat(MessageCorpus.pullFailed("toomanyrequests: " + "x y ".repeat(500)).evidence().text())
        .hasSize(203)
        .endsWith("...");
  }

  @Test
  void advisesByRoleThatStandsBeforeQuote() {
    var line =
        "CannotPullContainerError: role arn:aws:sts::123456789012:assumed-role/app/1 of"
            + " 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1: 403 Forbidden";

    assertThat(MessageCorpus.pullFailed(line).evidence())
        .satisfies(evidence -> assertThat(evidence.text()).doesNotContain("role"))
        .satisfies(evidence -> assertThat(evidence.line()).contains("assumed-role/app"));
  }
}
