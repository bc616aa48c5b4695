package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;
import io.pullrescue.event.Trigger;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.text.SecretSamples;
import io.pullrescue.text.SecretSamples.Sample;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Diagnoses logs with a secret in them, and searches for it in what is published. */
final class PublishedSecretsPropertyTest {
  private static final List<String> WORDS =
      List.of(
          "docker pull ruby:2.7",
          "Step 1/2 : FROM ruby:2.7",
          "#3 ERROR:",
          "failed to solve:",
          "toomanyrequests:",
          "pull access denied for team/app",
          "manifest unknown",
          "denied:",
          "i/o timeout",
          "429 Too Many Requests",
          "Failed to pull image \"ghcr.io/team/app:1\":",
          "no space left on device",
          "arn:aws:iam::123456789012:role/app",
          "sha256:f959ddcc8f6bff2fb3948b00ba8d674221a0f41c93909bffdf4bcf6f5224fe05",
          "+ make",
          "and",
          "\u001b[31m",
          "\u202e",
          "(",
          "\n",
          "\r\n");

  @Property(tries = 1500)
  void publishesNoSecretOfAnyLog(
      @ForAll("samples") Sample sample,
      @ForAll("words") String before,
      @ForAll("words") String after) {
    assertNothingPublished(sample, before + " " + sample.text() + " " + after);
  }

  @Example
  void publishesNoTokenInPlaceOfImageName() {
    for (var sample : SecretSamples.all().values()) {
      assertNothingPublished(sample, "failed to solve: " + sample.text() + ": toomanyrequests: x");
      assertNothingPublished(sample, "Error: pull access denied for " + sample.text() + ", denied");
      assertNothingPublished(sample, "docker pull " + sample.text() + "\ntoomanyrequests: x");
    }
  }

  /** What stands before the error is not quoted, so that it needs no known form. */
  @Example
  void publishesNothingThatStandsBeforeError() {
    for (var sample : samplesWithShortSecrets()) {
      var line = "docker build -t app " + sample.text() + " . ; toomanyrequests: wait";
      assertNothingPublished(sample, line);
    }
  }

  @Example
  void publishesNoSecretBehindError() {
    for (var sample : SecretSamples.all().values()) {
      assertNothingPublished(sample, "FROM ruby:2.7\ntoomanyrequests: " + sample.text());
      assertNothingPublished(
          sample, "FROM ruby:2.7\ntoomanyrequests: x. " + "a ".repeat(90) + sample.text());
    }
  }

  private static List<Sample> samplesWithShortSecrets() {
    List<Sample> samples = new ArrayList<>(SecretSamples.all().values());
    samples.add(new Sample("hunter2 canary", List.of("hunter2", "canary")));
    return samples;
  }

  private static void assertNothingPublished(Sample sample, String log) {
    var trigger = new Trigger.Manual("a test");
    var excerpt = new LogExcerpt(TextSource.MESSAGE, log);
    var failure = new Failure(trigger, null, List.of(excerpt));
    if (new PullFailureDiagnoser().diagnose(failure) instanceof PullFailed failed) {
      var context = new AccountContext(null, null, null, MirrorNaming.DEFAULT_PREFIXES.keySet());
      var event =
          new RescueEvent.Diagnosed(
              trigger,
              failed,
              new ReplicationPlan.ReportOnly("a test"),
              new RemediationAdvisor().advise(failed, context));
      assertThat(PublishedEvent.of(event).detail() + EventSummary.of(event))
          .as(log)
          .doesNotContain(sample.secrets());
    }
  }

  @Provide
  Arbitrary<Sample> samples() {
    return Arbitraries.of(SecretSamples.all().values());
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(WORDS).list().ofMaxSize(8).map(words -> String.join(" ", words));
  }
}
