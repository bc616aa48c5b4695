package io.pullrescue.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StoppedWorkTest {
  private static final String LIMITED = "CannotPullContainerError: toomanyrequests";
  private static final Container WEB = new Container("web", "ruby:2.7", LIMITED, null);
  private static final Container TELEMETRY = new Container("telemetry", "collector:1", "", null);
  private static final Container INJECTED = new Container("aws-guardduty-agent", null, "", null);

  @Test
  void onFargateTheTaskAndItsContainerSayTheSameOnce() {
    var failures = failures(stopped(LIMITED, WEB, TELEMETRY));

    assertThat(failures)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.imageOfRecord()).isEqualTo(ImageReference.of("ruby:2.7"));
          assertThat(it.excerpts()).containsExactly(new Excerpt(Place.STOPPED_REASON, LIMITED));
          assertThat(it.role()).isEqualTo("arn:aws:iam::123456789012:role/shop-execution");
        });
  }

  @Test
  void onEc2OnlyTheContainerSaysIt() {
    assertThat(failures(stopped("Task failed to start", TELEMETRY, WEB)))
        .extracting(Failure::imageOfRecord)
        .containsExactly(ImageReference.of("ruby:2.7"));
  }

  @Test
  void everyContainerThatFailedIsAFailureOfItsOwn() {
    var cache = new Container("cache", "redis:7", "CannotPullImageManifestError: unknown", null);
    var twin = new Container("worker", "ruby:2.7", LIMITED, null);

    assertThat(failures(stopped("Task failed to start", WEB, cache, twin, TELEMETRY, INJECTED)))
        .extracting(Failure::imageOfRecord)
        .containsExactly(ImageReference.of("ruby:2.7"), ImageReference.of("redis:7"));
  }

  @Test
  void aTaskThatSaysItForItsContainersMeansTheOnlyImageThereIs() {
    var silent = new Container("web", "ruby:2.7", "", null);

    assertThat(failures(stopped(LIMITED, silent, INJECTED)))
        .extracting(Failure::imageOfRecord)
        .containsExactly(ImageReference.of("ruby:2.7"));
    assertThat(failures(stopped(LIMITED, silent, TELEMETRY)))
        .extracting(Failure::imageOfRecord)
        .containsOnlyNulls();
  }

  @Test
  void theSecretOfAContainerIsForItsOwnImage() {
    var own = new Container("own", "acme/own:1", LIMITED, "team-login");
    var silent = new Container("own", "acme/own:1", "", "team-login");

    assertThat(failures(stopped("Task failed to start", WEB, own)))
        .extracting(Failure::credentials)
        .containsExactly(null, "team-login");
    assertThat(failures(stopped(LIMITED, silent, INJECTED)))
        .extracting(Failure::credentials)
        .containsExactly("team-login");
    assertThat(failures(stopped(LIMITED, silent, TELEMETRY)))
        .extracting(Failure::credentials)
        .containsOnlyNulls();
  }

  @Test
  void anIllegalImageIsNoImage() {
    var illegal =
        new Container("web", "ruby:", "CannotPullContainerError: invalid reference", null);

    assertThat(failures(stopped("", illegal)))
        .extracting(Failure::imageOfRecord)
        .containsOnlyNulls();
  }

  @Test
  void otherEndsAreNoFailuresToRead() {
    var exited = new Container("web", "ruby:2.7", "OutOfMemoryError: Container killed", null);

    assertThat(why(stopped("Essential container in task exited", exited))).contains("of no pull");
    assertThat(why(task("RUNNING", LIMITED, WEB))).contains("is RUNNING, not stopped");
    assertThat(why(null)).contains("ECS knows no task");
  }

  @Test
  void aJobIsReadLikeATask() {
    var origin = new Origin.Job("4c7599ae", "queue", "nightly:12");

    assertThat(
            reading(new Job("4c7599ae", "queue", "nightly:12", "FAILED", "", List.of(WEB), null)))
        .isInstanceOfSatisfying(
            Reading.Complete.class,
            it -> assertThat(it.failures()).extracting(Failure::origin).containsExactly(origin));
    assertThat(
            reading(new Job("4c7599ae", "queue", "nightly:12", "RUNNABLE", "", List.of(WEB), null)))
        .isEqualTo(new Reading.Nothing("job 4c7599ae is RUNNABLE, not failed"));
    assertThat(reading((Job) null)).isInstanceOf(Reading.Nothing.class);
  }

  private static List<Failure> failures(Task task) {
    assertThat(reading(task)).isInstanceOf(Reading.Complete.class);
    return ((Reading.Complete) reading(task)).failures();
  }

  private static String why(@Nullable Task task) {
    assertThat(reading(task)).isInstanceOf(Reading.Nothing.class);
    return ((Reading.Nothing) reading(task)).why();
  }

  private static Reading reading(@Nullable Task task) {
    return reader(task, null).read(new TaskFailed("cluster", "task"));
  }

  private static Reading reading(@Nullable Job job) {
    return reader(null, job).read(new JobFailed("4c7599ae"));
  }

  private static FailureReader reader(@Nullable Task task, @Nullable Job job) {
    var builds =
        new BuildReader(id -> Optional.empty(), (location, span) -> new LogText.Absent("no log"));
    return new FailureReader(
        builds, (cluster, arn) -> Optional.ofNullable(task), id -> Optional.ofNullable(job));
  }

  private static Task stopped(String reason, Container... containers) {
    return task("STOPPED", reason, containers);
  }

  private static Task task(String status, String reason, Container... containers) {
    return new Task(
        "task",
        "cluster",
        "shop-web:41",
        "service:web",
        "FARGATE",
        "ecs-svc/1",
        status,
        reason,
        List.of(containers),
        "arn:aws:iam::123456789012:role/shop-execution");
  }
}
