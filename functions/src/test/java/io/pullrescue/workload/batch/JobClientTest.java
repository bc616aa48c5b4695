package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ContainerImageRewrite.Container;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.batch.BatchJob.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.JobDefinition;

/** Uses the details of sample events as responses of DescribeJobs, which have the same form. */
final class JobClientTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String DEFINITION_ARN =
      "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:";
  private static final String ROLE = "arn:aws:iam::123456789012:role/batch/nightly-execution";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final JobClient jobs = new JobClient(aws.client(BatchClient.builder()));

  @Test
  void readsJobWithOneContainer() throws IOException {
    var job = find("rate-limit");

    assertThat(job.id()).isEqualTo(ID);
    assertThat(job.detail().jobQueue()).endsWith(":job-queue/nightly");
    assertThat(job.detail().jobDefinition()).endsWith(":job-definition/nightly:12");
    assertThat(job.detail().statusAsString()).isEqualTo("FAILED");
    assertThat(job.detail().statusReason()).isEqualTo("Task failed to start");
    assertThat(job.executionRole()).isEqualTo(ROLE);
    assertThat(job.containers())
        .singleElement()
        .satisfies(containerStatus -> {
          assertThat(containerStatus.image()).isEqualTo("python:3.12-slim");
          assertThat(containerStatus.reason()).startsWith("CannotPullImageManifestError: ");
        });
    assertThat(aws.requests()).containsExactly("{\"jobs\":[\"" + ID + "\"]}");
  }

  @Test
  void readsJobWithSeveralContainers() throws IOException {
    var job = find("several-containers");

    assertThat(job.executionRole()).isEqualTo(ROLE);
    assertThat(job.containers())
        .extracting(ContainerStatus::name)
        .containsExactly("report", "telemetry");
    assertThat(job.containers()).extracting(ContainerStatus::image).startsWith("r-base:4.4.1");
    assertThat(job.containers().getLast().reason()).isEmpty();
  }

  @Test
  void readsRepositoryCredentialsOfContainers() {
    var secret = "\"repositoryCredentials\": {\"credentialsParameter\": \"team-login\"}";
    aws.respondTo("/v1/describejobs", "{\"jobs\": [{\"container\": {" + secret + "}}]}")
        .respondTo(
            "/v1/describejobs",
            "{\"jobs\": [{\"ecsProperties\": {\"taskProperties\": [{\"containers\": [{"
                + secret
                + "}, {}]}]}}]}");

    assertThat(jobs.find(ID).orElseThrow().containers())
        .extracting(ContainerStatus::pullSecret)
        .containsExactly("team-login");
    assertThat(jobs.find(ID).orElseThrow().containers())
        .extracting(ContainerStatus::pullSecret)
        .containsExactly("team-login", null);
  }

  @Test
  void readsHowJobWasSubmitted() throws IOException {
    var job = find("rate-limit");

    assertThat(job.kind()).isEqualTo(Kind.SINGLE);
    assertThat(job.platform()).isEqualTo("EC2");
    assertThat(job.managedByStepFunctions()).isTrue();
    assertThat(job.hadDependencies()).isFalse();
    assertThat(job.tags()).containsKey("resourceArn");

    var severalContainers = find("several-containers");
    assertThat(severalContainers.kind()).isEqualTo(Kind.SINGLE);
    assertThat(severalContainers.managedByStepFunctions()).isFalse();
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

    var job = find(detail);

    assertThat(job.kind()).isEqualTo(kind);
    assertThat(job.platform()).isEqualTo("FARGATE");
    assertThat(job.hadDependencies()).isTrue();
  }

  @Test
  void returnsEmptyForUnknownJob() {
    aws.respondTo("/v1/describejobs", "{\"jobs\": []}");

    assertThat(jobs.find(ID)).isEmpty();
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

    assertThat(jobs.findDefinition(DEFINITION_ARN + 12).orElseThrow().containers())
        .containsExactly(new Container("default", "python:3", false));
    assertThat(jobs.findDefinition(DEFINITION_ARN + 12).orElseThrow().containers())
        .containsExactly(new Container("report", "r:4", true), new Container("", "", false));
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
                .formatted(DEFINITION_ARN))
        .respondTo("/v1/describejobdefinitions", definitions(10, "python:3"));

    assertThat(
            jobs.findNewestRevision(
                    new JobDefinitionRevision(
                        JobDefinition.builder().jobDefinitionArn(DEFINITION_ARN + 9).build(),
                        Map.of()))
                .orElseThrow()
                .name())
        .isEqualTo("nightly:10");
    assertThat(aws.requests().getFirst()).contains("\"status\":\"ACTIVE\"");
  }

  private BatchJob find(String sample) throws IOException {
    return find(sample(sample));
  }

  private BatchJob find(JsonNode detail) {
    aws.respondTo("/v1/describejobs", "{\"jobs\": [" + detail + "]}");
    return jobs.find(ID).orElseThrow();
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
