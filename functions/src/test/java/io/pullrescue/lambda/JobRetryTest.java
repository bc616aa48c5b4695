package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.failure.Job;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.retry.JobPlanner;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.WorkloadChanges;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From an image that is there to the job that is submitted again with it. */
final class JobRetryTest {
  private static final String REPLICATED = "rescue/image-replicated-for-job.json";

  private final Submissions submissions = new Submissions();
  private final Rescued.Ears ears = new Rescued.Ears();
  private WorkloadChanges changes = WorkloadChanges.ALL;
  private @Nullable Job job = Workloads.job(Rescued.event("batch/rate-limit.json"));

  @Test
  void theJobIsSubmittedAgainFromTheCopy() {
    assertThat(summary())
        .contains("started job job-2 of nightly:13", "python:3.12-slim from the mirror")
        .contains("(by job definition)")
        .contains("it is the execution role nightly-execution that has to pull from")
        .contains("jobs that waited for it have failed with it");
    assertThat(ears.last()).isInstanceOf(Retried.class);
    assertThat(submissions.submitted)
        .singleElement()
        .satisfies(it -> assertThat(it.images()).containsOnlyKeys("default"));
  }

  @Test
  void thereIsOneNewJobHoweverOftenItIsAskedFor() {
    summary();

    assertThat(summary()).contains("was submitted again already, as job-2");
    assertThat(submissions.submitted).hasSize(1);
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void nothingIsSubmittedUnlessTheOperatorAskedForIt() {
    changes = WorkloadChanges.REPORT;
    submissions.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("is reported and not changed");
    assertThat(submissions.submitted).isEmpty();
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void whatCannotBeKeptIsRefusedByName() {
    submissions.kind = SubmittedJob.Kind.ARRAY;

    assertThat(summary()).contains("did not run", "it is an array of jobs");
    assertThat(ears.last()).isInstanceOf(RetryRefused.class);
    assertThat(submissions.submitted).isEmpty();
  }

  @Test
  void aDefinitionThatIsGoneIsLeftGone() {
    submissions.deregistered = true;

    assertThat(summary()).contains("its job definition has been deregistered");
    assertThat(submissions.submitted).isEmpty();
  }

  @Test
  void whatBatchHasForgottenIsLeftAlone() {
    submissions.forgotten = true;
    assertThat(summary()).contains("Batch knows no job");

    job = null;
    assertThat(summary()).contains("Batch knows no job");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void aJobWaitsUntilEveryImageThatItCouldNotPullIsThere() {
    var other = "\"images\": [\"docker.io/library/r-base:4.4.1\", ";
    var event = Rescued.sample(REPLICATED).replaceFirst("\"images\": \\[", other);

    assertThat(summary(event)).contains("still waits for r-base:4.4.1");
    assertThat(submissions.submitted).isEmpty();
  }

  @Test
  void aCopyThatTheMirrorDoesNotKeepThereIsNotRun() {
    var forged = Rescued.sample(REPLICATED).replace("docker-hub/library/python", "docker-hub/evil");

    assertThat(summary(forged)).contains("is no place where the mirror keeps that");
    assertThat(submissions.submitted).isEmpty();
  }

  private String summary() {
    return summary(Rescued.sample(REPLICATED));
  }

  private String summary(String event) {
    var replicated = (ImageReplicated) new EventParser().parse(event);
    var retry =
        new JobRetry(
            id -> Optional.ofNullable(job),
            new ContainerCopies(Rescued.MIRROR, new AwaitedCopies(image -> Optional.empty())),
            submissions,
            new JobPlanner(Rescued.MIRROR, changes),
            ears);
    return ((Done) retry.work((JobFailed) replicated.work(), replicated)).summary();
  }
}
