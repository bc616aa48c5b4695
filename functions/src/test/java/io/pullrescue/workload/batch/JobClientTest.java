package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ContainerStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.batch.BatchClient;

/** The detail of a job's event is what DescribeJobs says of it. */
final class JobClientTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String ROLE = "arn:aws:iam::123456789012:role/batch/nightly-execution";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final JobClient jobs = new JobClient(aws.client(BatchClient.builder()));

  @Test
  void readsJobWithOneContainer() throws IOException {
    var job = find("rate-limit");

    assertThat(job.id()).isEqualTo(ID);
    assertThat(job.queue()).endsWith(":job-queue/nightly");
    assertThat(job.definition()).endsWith(":job-definition/nightly:12");
    assertThat(job.status()).isEqualTo("FAILED");
    assertThat(job.statusReason()).isEqualTo("Task failed to start");
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
  void returnsEmptyForUnknownJob() {
    aws.respondTo("/v1/describejobs", "{\"jobs\": []}");

    assertThat(jobs.find(ID)).isEmpty();
  }

  private BatchJob find(String sample) throws IOException {
    var event = new ObjectMapper().readTree(Path.of("../events/batch", sample + ".json").toFile());
    aws.respondTo("/v1/describejobs", "{\"jobs\": [" + event.path("detail") + "]}");
    return jobs.find(ID).orElseThrow();
  }
}
