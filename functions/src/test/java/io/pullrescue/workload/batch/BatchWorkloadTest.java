package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeBatch;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.GroupHeld;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.batch.model.AttemptDetail;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;

/** Retries jobs against a fake of AWS Batch. */
final class BatchWorkloadTest {
  private static final String JOB_ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";

  private static final ImageReference PYTHON = ImageReference.of("python:3.12-slim");
  private static final Retry REQUEST = TestFixtures.retryRequest("job");

  private final FakeBatch batch = new FakeBatch(startedByPerson());
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final Map<ImageReference, MirroredImage> mirroredImages =
      new HashMap<>(Map.of(PYTHON, TestFixtures.mirroredImage(PYTHON)));
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;

  @Test
  void resubmitsJobWithMirroredImage() {
    assertThat(summary())
        .contains("started job job-2 of nightly:13", "python:3.12-slim from the mirror")
        .contains("by job definition")
        .contains("the execution role nightly-execution needs permission to pull from")
        .contains("jobs that depend on it have failed with it");
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
    assertThat(batch.submittedJobs)
        .singleElement()
        .satisfies(request -> assertThat(request.jobDefinition()).endsWith("nightly:13"));
    assertThat(batch.newestImage()).startsWith(TestFixtures.MIRROR.registry());
  }

  /** The agent on EC2 runs the image that the host has, and keeps the error of the pull. */
  @Test
  void ignoresJobWhoseContainerRan() {
    var job = startedByPerson();
    batch.job = job.toBuilder().container(job.container().toBuilder().exitCode(1).build()).build();

    assertThat(load())
        .isEqualTo(new LoadResult.NoFailure(JOB_ID + " did not fail because of an image pull"));
    assertThat(summary()).startsWith("ignored: ");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void ignoresJobThatDidNotFailToStart() {
    batch.job =
        startedByPerson().toBuilder().statusReason("Essential container in task exited").build();

    assertThat(load())
        .isEqualTo(
            new LoadResult.NoFailure(
                "job "
                    + JOB_ID
                    + " did not fail to start: its status reason is Essential container in task"
                    + " exited"));
  }

  /** The image is mirrored for the next job, but the work of the first attempt is not repeated. */
  @Test
  void skipsJobWhoseFirstAttemptRan() {
    var ran = AttemptDetail.builder().container(container -> container.exitCode(1)).build();
    batch.job = startedByPerson().toBuilder().attempts(ran).build();

    assertThat(load()).isInstanceOf(LoadResult.Complete.class);
    assertThat(summary()).contains("did not retry", "in this attempt or in one before it");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void skipsJobOfSeveralContainersOneOfWhichRan() {
    var ran = TaskContainerDetails.builder().name("import").image("r-base:4").exitCode(0).build();
    batch.job = withContainers(unableToPull("python:3.12-slim"), ran);

    assertThat(load()).isInstanceOf(LoadResult.Complete.class);
    assertThat(summary()).contains("did not retry", "a container of it ran");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void reportsJobThatBatchRejects() {
    batch.error = FakeBatch.error(400, "ClientException", "Job queue nightly is disabled.");

    assertThat(summary()).contains("Batch rejected the retry: Job queue nightly is disabled.");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @Test
  void waitsWhileBatchIsBusy() {
    batch.error = FakeBatch.error(429, "TooManyRequestsException", "Too Many Requests");

    assertThat(retry(REQUEST.forAllImages()))
        .isEqualTo(
            new RetryAfter(
                "Batch does not answer for now: Too Many Requests", Duration.ofMinutes(1)));
    assertThat(summary()).contains("started job job-2");
  }

  /** DescribeJobs accepts 100 ids. */
  @Test
  void findsResubmittedJobAmongManyOfItsName() {
    summary();
    batch.otherJobs = 250;

    assertThat(summary()).contains("has already been submitted again as job-2");
    assertThat(batch.submittedJobs).hasSize(1);
  }

  @Test
  void skipsJobWithTooManyLaterJobsOfItsName() {
    batch.otherJobs = 1001;

    assertThat(summary()).contains("did not retry", "more than 1,000 jobs of its name");
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void describesJobAndDefinitionsOnce() {
    summary();

    assertThat(batch.calls)
        .containsExactly(
            "DescribeJobs",
            "DescribeJobDefinitions", // that of the job
            "DescribeJobDefinitions", // the newest revision
            "ListJobs",
            "RegisterJobDefinition",
            "SubmitJob");
  }

  @Test
  void loadsFailureOfJob() {
    assertThat(load())
        .asInstanceOf(type(LoadResult.Complete.class))
        .satisfies(complete ->
            assertThat(complete.failures())
                .extracting(Failure::trigger)
                .containsExactly(
                    new Trigger.Job(
                        JOB_ID,
                        "arn:aws:batch:us-east-1:123456789012:job-queue/nightly",
                        "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:12")));
    assertThat(batch.calls).containsExactly("DescribeJobs");
  }

  @Test
  void ignoresJobThatHasNotFailedOrIsUnknown() {
    batch.job = startedByPerson().toBuilder().status("RUNNABLE").build();
    assertThat(load())
        .isEqualTo(new LoadResult.NotReady(null, "job " + JOB_ID + " is RUNNABLE, not failed"));

    batch.job = startedByPerson().toBuilder().status("SUCCEEDED").build();
    assertThat(load())
        .isEqualTo(new LoadResult.NoFailure("job " + JOB_ID + " is SUCCEEDED, not failed"));

    batch.job = null;
    assertThat(load())
        .isEqualTo(
            new LoadResult.NotReady(
                null, "Batch job " + JOB_ID + " does not exist in this Region"));
  }

  private LoadResult load() {
    return batch.workload(imageLookup(), retryMode, publisher).load(new JobFailed(JOB_ID));
  }

  @Test
  void resubmitsJobOnlyOnce() {
    summary();

    assertThat(summary()).contains("has already been submitted again as job-2");
    assertThat(batch.submittedJobs).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void submitsNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    batch.job = startedByPerson().toBuilder().tags(Map.of("pull-rescue", "on")).build();

    assertThat(summary()).contains("is not retried, because `batchRetry` is off");
    assertThat(batch.submittedJobs).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void skipsArrayJob() {
    batch.job = startedByPerson().toBuilder().arrayProperties(array -> array.size(2)).build();

    assertThat(summary()).contains("did not retry", "it is an array job");
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
  void reportsJobUnknownToBatch() {
    batch.job = null;

    assertThat(retry(waited()).toString()).contains("no longer exists");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @Test
  void waitsUntilAllImagesOfJobAreMirrored() {
    failToPullTwoImages();

    assertThat(retry(waited()))
        .isEqualTo(
            new Completed(
                "waiting: " + JOB_ID + " also needs r-base:4.4.1, which is not mirrored yet"));
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void mergesRequestsOfAllImagesBeforeSubmission() {
    assertThat(retry(REQUEST))
        .isEqualTo(new RetryAfter("all images of job " + JOB_ID + " are mirrored", Duration.ZERO));
    assertThat(batch.submittedJobs).isEmpty();
  }

  @Test
  void ignoresImageThatDidNotCauseTheFailure() {
    var forged = Retry.of(REQUEST.trigger(), ImageReference.of("team/backdoor:1")).orElseThrow();

    assertThat(retry(forged))
        .isEqualTo(
            new Completed(
                "ignored: "
                    + JOB_ID
                    + " did not fail because of an image pull of team/backdoor:1 that mirroring can"
                    + " fix"));
    assertThat(batch.calls).containsExactly("DescribeJobs");
  }

  private void failToPullTwoImages() {
    batch.job = withContainers(unableToPull("python:3.12-slim"), unableToPull("r-base:4.4.1"));
  }

  private static JobDetail withContainers(TaskContainerDetails... containers) {
    return startedByPerson().toBuilder()
        .container((ContainerDetail) null)
        .ecsProperties(properties ->
            properties.taskProperties(EcsTaskDetails.builder().containers(containers).build()))
        .build();
  }

  private static TaskContainerDetails unableToPull(String image) {
    return TaskContainerDetails.builder()
        .name(image)
        .image(image)
        .reason("CannotPullContainerError: toomanyrequests")
        .build();
  }

  private String summary() {
    return switch (retry(REQUEST.forAllImages())) {
      case Completed completed -> completed.summary();
      case GroupHeld held -> held.summary();
      case RetryAfter later -> later.reason();
    };
  }

  /** Returns the request after it has waited for what AWS may list late. */
  private static Retry waited() {
    return new Retry(REQUEST.trigger(), REQUEST.workload(), REQUEST.image(), 2, null, false);
  }

  private ProcessingResult retry(Retry request) {
    return batch
        .workload(imageLookup(), retryMode, publisher)
        .retry(new JobFailed(JOB_ID), request);
  }

  private RequiredImageLookup imageLookup() {
    return TestFixtures.imageLookup(publisher, mirroredImages);
  }

  private static JobDetail startedByPerson() {
    return SampleWorkloads.job(TestFixtures.event("batch/rate-limit.json")).toBuilder()
        .container(container ->
            container
                .image("python:3.12-slim")
                .reason("CannotPullContainerError: toomanyrequests")
                .executionRoleArn("arn:aws:iam::123456789012:role/batch/nightly-execution"))
        .build();
  }
}
