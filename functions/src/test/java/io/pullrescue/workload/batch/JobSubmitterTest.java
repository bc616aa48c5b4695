package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.batch.JobSubmitterPort.SubmissionResult;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import io.pullrescue.workload.batch.SubmittedJob.Kind;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.batch.BatchClient;

/** A job is submitted again, call by call. */
final class JobSubmitterTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String DEFINITION_ARN =
      "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:";
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/python:3");

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final JobSubmitter submissions = new JobSubmitter(aws.client(BatchClient.builder()));
  private final BatchJob job =
      new BatchJob(ID, "nightly", DEFINITION_ARN + 12, "FAILED", "", List.of(), null);

  @Test
  void readsSubmittedJob() throws IOException {
    respondWithJob(sample("rate-limit"));

    var submitted = submissions.find(job).orElseThrow();

    assertThat(submitted.kind()).isEqualTo(Kind.SINGLE);
    assertThat(submitted.platform()).isEqualTo("EC2");
    assertThat(submitted.managedByStepFunctions()).isTrue();
    assertThat(submitted.hadDependencies()).isFalse();
    assertThat(submitted.tags()).containsKey("resourceArn");
  }

  @Test
  void readsMultiContainerJobAndReturnsEmptyForUnknownJob() throws IOException {
    respondWithJob(sample("several-containers"));
    aws.respondTo("/v1/describejobs", "{\"jobs\": []}");

    assertThat(submissions.find(job).orElseThrow())
        .satisfies(submittedJob -> {
          assertThat(submittedJob.kind()).isEqualTo(Kind.SINGLE);
          assertThat(submittedJob.managedByStepFunctions()).isFalse();
        });
    assertThat(submissions.find(job)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "arrayProperties, ARRAY",
    "nodeProperties,  MULTI_NODE",
    "nodeDetails,     MULTI_NODE",
    "eksProperties,   EKS"
  })
  void readsKindOfJob(String property, Kind kind) throws IOException {
    var detail = sample("rate-limit");
    detail.putObject(property);
    detail.putArray("platformCapabilities").add("FARGATE");
    detail.putArray("dependsOn").addObject().put("jobId", "1");
    respondWithJob(detail);

    var submitted = submissions.find(job).orElseThrow();

    assertThat(submitted.kind()).isEqualTo(kind);
    assertThat(submitted.platform()).isEqualTo("FARGATE");
    assertThat(submitted.hadDependencies()).isTrue();
  }

  @Test
  void readsContainersOfJobDefinition() {
    aws.respondTo("/v1/describejobdefinitions", definitions(12, "python:3"))
        .respondTo(
            "/v1/describejobdefinitions",
            """
            {"jobDefinitions": [{"jobDefinitionArn": "%s12", "ecsProperties": {"taskProperties": [
              {"containers": [{"image": "r:4", "name": "report",
                "repositoryCredentials": {"credentialsParameter": "secret"}}, {}]}
            ]}}]}
            """
                .formatted(DEFINITION_ARN));

    assertThat(submissions.findDefinition(DEFINITION_ARN + 12).orElseThrow().containers())
        .containsExactly(new ContainerDefinition("default", "python:3", false));
    assertThat(submissions.findDefinition(DEFINITION_ARN + 12).orElseThrow().containers())
        .containsExactly(
            new ContainerDefinition("report", "r:4", true), new ContainerDefinition("", "", false));
  }

  @Test
  void submitsSameJobWithNextRevision() throws IOException {
    respondWithJob(sample("rate-limit"));
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo("/v1/describejobdefinitions", definitions(12, "python:3"))
        .respondTo("/v1/describejobdefinitions", definitions(12, "python:3"))
        .respondTo(
            "/v1/registerjobdefinition", "{\"jobDefinitionArn\": \"" + DEFINITION_ARN + "13\"}")
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of("default", MIRROR_REFERENCE))))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:13"));

    assertThat(aws.requests())
        .anySatisfy(value -> assertThat(value).contains("JOB_NAME", "\"nightly\""));
    assertThat(aws.requests().get(4)).contains("\"image\":\"" + MIRROR_REFERENCE + "\"");
    assertThat(aws.requests().getLast())
        .contains("\"jobDefinition\":\"" + DEFINITION_ARN + "13\"")
        .contains("\"pull-rescue-origin\":\"" + ID + "\"", "nightly.py");
  }

  @Test
  void reusesRevisionRegisteredForAnotherJob() throws IOException {
    respondWithJob(sample("rate-limit"));
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo("/v1/describejobdefinitions", definitions(12, "python:3"))
        .respondTo("/v1/describejobdefinitions", definitions(13, MIRROR_REFERENCE.toString()))
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of("default", MIRROR_REFERENCE))))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:13"));
    assertThat(aws.requests()).hasSize(5);
  }

  @Test
  void registersNoRevisionWhenDefinitionReferencesMirror() throws IOException {
    respondWithJob(sample("rate-limit"));
    aws.respondTo("/v1/listjobs", "{\"jobSummaryList\": []}")
        .respondTo("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of())))
        .isEqualTo(new SubmissionResult.Submitted("job-2", "nightly:12"));
    assertThat(aws.requests()).hasSize(3);
  }

  @Test
  void findsResubmittedJobByNameAndTag() throws IOException {
    respondWithJob(sample("rate-limit"));
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

  @Test
  void newestRevisionHasHighestNumber() {
    aws.respondTo(
        "/v1/describejobdefinitions",
        """
        {"jobDefinitions": [
          {"jobDefinitionArn": "%1$s9", "revision": 9},
          {"jobDefinitionArn": "%1$s10", "revision": 10}
        ]}
        """
            .formatted(DEFINITION_ARN));

    var definition =
        new io.pullrescue.workload.batch.JobDefinition(DEFINITION_ARN + 9, List.of(), Map.of());
    assertThat(submissions.findNewestRevision(definition).orElseThrow().name())
        .isEqualTo("nightly:10");
    assertThat(aws.requests().getFirst()).contains("\"status\":\"ACTIVE\"");
  }

  private SubmitJob plan(Map<String, ImageReference> images) {
    var original = new SubmittedJob(job, Kind.SINGLE, "EC2", false, false, Map.of());
    return new SubmitJob(original, List.of(), images, List.of());
  }

  private void respondWithJob(JsonNode detail) {
    aws.respondTo("/v1/describejobs", "{\"jobs\": [" + detail + "]}");
  }

  private static ObjectNode sample(String name) throws IOException {
    var event = new ObjectMapper().readTree(Path.of("../events/batch", name + ".json").toFile());
    return (ObjectNode) event.path("detail");
  }

  private static String definitions(int revision, String image) {
    return """
    {"jobDefinitions": [{
      "jobDefinitionArn": "%s%d", "jobDefinitionName": "nightly", "revision": %d,
      "status": "ACTIVE", "type": "container", "containerProperties": {"image": "%s"}
    }]}
    """
        .formatted(DEFINITION_ARN, revision, revision, image);
  }
}
