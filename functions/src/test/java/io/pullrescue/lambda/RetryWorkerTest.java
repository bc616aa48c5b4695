package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Build;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.BusEvent;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.RescueCommands;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan.StartBuild;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.SourceFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RetryWorkerTest {
  private static final String REPLICATED = "rescue/image-replicated.json";

  private final Starter starter = new Starter();
  private final Rescued.Ears ears = new Rescued.Ears();
  private final Map<ImageReference, Copy> mirror = new HashMap<>();
  private Optional<Build> build = Optional.of(Rescued.failedBuild());
  private Mode mode = Mode.RESCUE;
  private int maximum = 3;

  @Test
  void startsTheBuildAgainWithTheCopyThatArrived() {
    assertThat(summary(REPLICATED)).contains("started shop:again, attempt 1, with ruby:2.7");
    assertThat(starter.plans).hasSize(1);
    assertThat(ears.last()).isInstanceOf(Retried.class);
  }

  @Test
  void startsItOnlyOnceHoweverOftenItIsTold() {
    summary(REPLICATED);

    assertThat(summary(REPLICATED)).contains("runs again already, as shop:again");
    assertThat(starter.plans).hasSize(1);
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void waitsUntilTheLastOfItsImagesIsThere() {
    var event =
        Rescued.sample(REPLICATED)
            .replaceFirst("\"images\": \\[", "\"images\": [\"docker.io/library/node:18\", ");

    assertThat(worker().work(new Message("1", event, 1, null), Rescued.context(1)))
        .isEqualTo(new Done(Rescued.BUILD + " still waits for node:18"));

    var node = ImageReference.of("node:18");
    mirror.put(node, Rescued.copy(node));
    worker().work(new Message("2", event, 1, null), Rescued.context(1));
    assertThat(starter.plans)
        .singleElement()
        .satisfies(plan -> assertThat(plan.chain().copies()).hasSize(2));
  }

  @Test
  void saysWhyItDoesNotStartItAgain() {
    maximum = 0;

    assertThat(summary(REPLICATED)).contains("did not run").contains("0 is most");
    assertThat(ears.last())
        .asInstanceOf(type(RetryRefused.class))
        .extracting(it -> BusEvent.of(it).detailType())
        .isEqualTo("Retry Refused");
    assertThat(starter.plans).isEmpty();
  }

  @Test
  void runsNothingAgainUnlessTheModeIsRescue() {
    mode = Mode.REPLICATE;

    assertThat(summary(REPLICATED)).startsWith("ignored: the mode is");
    assertThat(starter.plans).isEmpty();
  }

  @Test
  void ignoresWhatIsNotForIt() {
    assertThat(summary("codebuild/build-failed-rate-limit.json")).startsWith("ignored: ");
    assertThat(summary("codebuild/build-succeeded.json")).startsWith("ignored: ");
    build = Optional.empty();
    assertThat(summary(REPLICATED)).contains("CodeBuild knows no build");
  }

  @Test
  void saysNothingOfWhatTheBuildWasGivenAsVariables() {
    summary(REPLICATED);

    assertThat(BusEvent.of(ears.heard.getFirst()).detail()).doesNotContain(Rescued.SECRET);
    assertThat(ears.heard.toString()).doesNotContain(Rescued.SECRET);
  }

  private String summary(String sample) {
    var outcome = worker().work(Rescued.event(sample), Rescued.context(1));
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done) outcome).summary();
  }

  private RetryWorker worker() {
    return new RetryWorker(
        mode,
        id -> build,
        image -> Optional.ofNullable(mirror.get(image)),
        new RetryPlanner(Rescued.MIRROR, maximum, RescueCommands.MIRROR),
        new BuildspecReader(new OneFile(new SourceFile.Missing()), null),
        starter,
        ears);
  }

  /** Starts builds in its memory. */
  private static final class Starter implements Retrier {
    final List<StartBuild> plans = new ArrayList<>();

    @Override
    public Optional<String> started(StartBuild plan) {
      return plans.stream()
          .filter(it -> it.chain().equals(plan.chain()))
          .map(it -> "shop:again")
          .findFirst();
    }

    @Override
    public String start(StartBuild plan) {
      plans.add(plan);
      return "shop:again";
    }
  }
}
