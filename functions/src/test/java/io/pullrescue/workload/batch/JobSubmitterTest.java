package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.batch.JobSubmitter.SubmissionResult;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.JobDetail;

/** Checks the requests that submit a job again. */
final class JobSubmitterTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String DEFINITION_ARN =
      "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:";
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/python:3");

  private static final BatchJob JOB =
      new BatchJob(
          JobDetail.builder()
              .jobId(ID)
              .jobArn("arn:aws:batch:us-east-1:123456789012:job/" + ID)
              .jobName("nightly")
              .jobQueue("nightly")
              .createdAt(1781519400058L)
              .container(ContainerDetail.builder().command("python", "nightly.py").build())
              .build(),
          Map.of());

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final JobSubmitter submissions = new JobSubmitter(aws.client(BatchClient.builder()));

  @Test
  void submitsSameJobWithNextRevision() {
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo(
            "/v1/registerjobdefinition", "{\"jobDefinitionArn\": \"" + DEFINITION_ARN + "13\"}")
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of("default", MIRROR_REFERENCE))))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:13"));

    assertThat(aws.requests())
        .anySatisfy(value -> assertThat(value).contains("JOB_NAME", "\"nightly\""));
    assertThat(aws.requests().get(1)).contains("\"image\":\"" + MIRROR_REFERENCE + "\"");
    assertThat(aws.requests().getLast())
        .contains("\"jobDefinition\":\"" + DEFINITION_ARN + "13\"")
        .contains("\"pull-rescue-origin\":\"" + ID + "\"", "nightly.py");
  }

  @Test
  void reusesRevisionRegisteredForAnotherJob() {
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(definition(13, MIRROR_REFERENCE.toString()))))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:13"));
    assertThat(aws.requests()).hasSize(2);
  }

  @Test
  void registersNoRevisionWhenDefinitionReferencesMirror() {
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of())))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:12"));
    assertThat(aws.requests()).hasSize(2);
  }

  @Test
  void findsResubmittedJobByNameAndTag() {
    aws.respondTo(
            "/v1/listjobs",
            """
            {"jobSummaryList": [
              {"jobId": "job-3", "jobName": "nightly", "createdAt": 1781519700000},
              {"jobId": "job-2", "jobName": "nightly", "createdAt": 1781519600000},
              {"jobId": "job-0", "jobName": "nightly", "createdAt": 1781510000000}
            ]}
            """)
        .respondTo(
            "/v1/describejobs",
            "{\"jobs\": [{\"jobId\": \"job-3\"}, {\"jobId\": \"job-2\", \"tags\":"
                + " {\"pull-rescue-origin\": \""
                + ID
                + "\"}}]}");

    assertThat(submissions.submit(plan(Map.of("default", MIRROR_REFERENCE))))
        .isEqualTo(new SubmissionResult.AlreadySubmitted("job-2"));
    assertThat(aws.requests().getLast()).isEqualTo("{\"jobs\":[\"job-3\",\"job-2\"]}");
  }

  private static SubmitJob plan(Map<String, ImageReference> images) {
    var definition = definition(12, "python:3");
    return new SubmitJob(JOB, definition, definition, List.of(), images, List.of());
  }

  private static SubmitJob plan(JobDefinitionRevision newest) {
    return new SubmitJob(
        JOB,
        definition(12, "python:3"),
        newest,
        List.of(),
        Map.of("default", MIRROR_REFERENCE),
        List.of());
  }

  private static JobDefinitionRevision definition(int revision, String image) {
    return new JobDefinitionRevision(
        JobDefinition.builder()
            .jobDefinitionArn(DEFINITION_ARN + revision)
            .jobDefinitionName("nightly")
            .revision(revision)
            .status("ACTIVE")
            .type("container")
            .containerProperties(ContainerProperties.builder().image(image).build())
            .build(),
        Map.of());
  }
}
