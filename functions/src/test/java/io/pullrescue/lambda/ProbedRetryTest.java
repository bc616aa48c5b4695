package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.report.Announcement;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.Probe;
import io.pullrescue.retry.ProbeReader;
import io.pullrescue.retry.Probes;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.RetryRules;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import io.pullrescue.retry.SourceFile;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A retry that has to wait until somebody has read the buildspec. */
final class ProbedRetryTest {
  private static final String BUILDSPEC =
      "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

  private final Account account = new Account();
  private final Rescued.Ears ears = new Rescued.Ears();

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 40", "3, 120", "4, 600"})
  void putsTheMessageBackWhileAProbeReads(int attempt, int seconds) {
    var outcome = work(new SourceFile.OutOfReach("why"), attempt);

    assertThat(outcome)
        .isEqualTo(new Later("probe shop:probe reads buildspec.yml", Duration.ofSeconds(seconds)));
    assertThat(account.started).isEmpty();
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void givesUpInWordsBeforeTheQueueDoesSoInSilence() {
    assertThat(work(new SourceFile.OutOfReach("why"), 5)).isInstanceOf(Done.class);

    assertThat(ears.heard)
        .singleElement()
        .isInstanceOfSatisfying(
            Announcement.RetryRefused.class,
            it ->
                assertThat(it.why())
                    .isEqualTo("probe shop:probe reads buildspec.yml, for too long"));
  }

  @Test
  void startsTheBuildWithTheTextThatWasRead() {
    work(new SourceFile.Found(BUILDSPEC), 1);

    assertThat(account.started)
        .singleElement()
        .satisfies(plan ->
            assertThat(plan.buildspec())
                .startsWith(
                    "version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue")
                .endsWith("\n      - make\n"));
    assertThat(ears.heard).singleElement().isInstanceOf(Announcement.Retried.class);
  }

  @Test
  void refusesWhatWasReadAndIsNoBuildspec() {
    work(new SourceFile.Found("buildspec.yml"), 1);

    assertThat(account.started).isEmpty();
    assertThat(ears.heard).singleElement().isInstanceOf(Announcement.RetryRefused.class);
  }

  private Outcome work(SourceFile file, int attempt) {
    account.builds.put(Rescued.BUILD, failed());
    var planner = new RetryPlanner(Rescued.MIRROR, RetryRules.USUAL);
    var buildspecs =
        new BuildspecReader(
            new OneFile(file),
            new ProbeReader(new NoneYet(), (log, span) -> new LogText.Lines(List.of())));
    var copies = new AwaitedCopies(image -> Optional.empty());
    var worker =
        new RetryWorker(
            Settings.Mode.RESCUE,
            account,
            account,
            account,
            copies,
            planner,
            new PlannedRetry(planner, buildspecs, account, account, account, ears),
            new Cluster().withoutTasks(copies, ears),
            new Aftermath(Rescued.MIRROR, account, account, ProjectChanges.OFF, ears),
            InstantSource.system());
    return worker.work(
        new Message("1", Rescued.sample("rescue/image-replicated.json"), attempt, null),
        Rescued.context(1));
  }

  private static Build failed() {
    var source = new Source("GITHUB", "https://github.com/shop/shop.git", null);
    return SampleBuild.like(Rescued.failedBuild()).withSource(source, "6f1c0a6d").build();
  }

  /** An account in which no probe is found. */
  private static final class NoneYet implements Probes {
    @Override
    public List<Build> of(String project) {
      return List.of();
    }

    @Override
    public String start(Build build, Probe probe) {
      return "shop:probe";
    }
  }
}
