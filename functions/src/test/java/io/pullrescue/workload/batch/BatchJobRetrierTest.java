package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.lambda.DependencyFactory;
import io.pullrescue.testing.FakeBatch;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From an image that is there to the job that is submitted again with it. */
final class BatchJobRetrierTest {
  private static final String REPLICATED = "rescue/image-replicated-for-job.json";

  private final FakeBatch batch = new FakeBatch();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private @Nullable BatchJob job = SampleWorkloads.job(TestFixtures.event("batch/rate-limit.json"));

  @Test
  void resubmitsJobWithMirroredImage() {
    assertThat(summary())
        .contains("started job job-2 of nightly:13", "python:3.12-slim from the mirror")
        .contains("(by job definition)")
        .contains("it is the execution role nightly-execution that has to pull from")
        .contains("jobs that waited for it have failed with it");
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
    assertThat(batch.submittedJobs)
        .singleElement()
        .satisfies(
            submitJob -> assertThat(submitJob.containerImages()).containsOnlyKeys("default"));
  }

  @Test
  void resubmitsJobOnlyOnce() {
    summary();

    assertThat(summary()).contains("was submitted again already, as job-2");
    assertThat(batch.submittedJobs).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void submitsNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    batch.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("is reported and not changed");
    assertThat(batch.submittedJobs).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void skipsArrayJob() {
    batch.kind = SubmittedJob.Kind.ARRAY;

    assertThat(summary()).contains("did not run", "it is an array of jobs");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void skipsJobWithDeregisteredDefinition() {
    batch.deregistered = true;

    assertThat(summary()).contains("its job definition has been deregistered");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void ignoresJobUnknownToBatch() {
    batch.jobUnknown = true;
    assertThat(summary()).contains("Batch knows no job");

    job = null;
    assertThat(summary()).contains("Batch knows no job");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void waitsUntilAllImagesOfJobAreMirrored() {
    var other = "\"images\": [\"docker.io/library/r-base:4.4.1\", ";
    var event = TestFixtures.readSample(REPLICATED).replaceFirst("\"images\": \\[", other);

    assertThat(summary(event)).contains("still waits for r-base:4.4.1");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void ignoresReferenceOutsideMirrorNaming() {
    var forgedEvent =
        TestFixtures.readSample(REPLICATED).replace("docker-hub/library/python", "docker-hub/evil");

    assertThat(summary(forgedEvent)).contains("is no place where the mirror keeps that");
    assertThat(batch.submittedJobs).isEmpty();
  }

  private String summary() {
    return summary(TestFixtures.readSample(REPLICATED));
  }

  private String summary(String event) {
    var replicated = (ImageReplicated) DependencyFactory.eventParser().parse(event);
    var retrier =
        new BatchJobRetrier(
            id -> Optional.ofNullable(job),
            new ContainerImageLookup(
                TestFixtures.MIRROR, new MirroredImageLookup(image -> Optional.empty())),
            batch,
            new ResubmitPlanner(TestFixtures.MIRROR, retryMode),
            publisher);
    return ((Completed) retrier.retry((JobFailed) replicated.workload(), replicated)).summary();
  }
}
