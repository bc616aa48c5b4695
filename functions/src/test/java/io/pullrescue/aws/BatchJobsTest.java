package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.Container;
import io.pullrescue.failure.Job;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.batch.BatchClient;

/** The detail of a job's event is what DescribeJobs says of it. */
final class BatchJobsTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String ROLE = "arn:aws:iam::123456789012:role/batch/nightly-execution";

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final BatchJobs jobs = new BatchJobs(aws.client(BatchClient.builder()));

  @Test
  void readsAJobOfOneContainer() throws IOException {
    var job = find("rate-limit");

    assertThat(job.id()).isEqualTo(ID);
    assertThat(job.queue()).endsWith(":job-queue/nightly");
    assertThat(job.definition()).endsWith(":job-definition/nightly:12");
    assertThat(job.status()).isEqualTo("FAILED");
    assertThat(job.statusReason()).isEqualTo("Task failed to start");
    assertThat(job.executionRole()).isEqualTo(ROLE);
    assertThat(job.containers())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.image()).isEqualTo("python:3.12-slim");
          assertThat(it.reason()).startsWith("CannotPullImageManifestError: ");
        });
    assertThat(aws.asked()).containsExactly("{\"jobs\":[\"" + ID + "\"]}");
  }

  @Test
  void readsAJobOfSeveralContainers() throws IOException {
    var job = find("several-containers");

    assertThat(job.executionRole()).isEqualTo(ROLE);
    assertThat(job.containers()).extracting(Container::name).containsExactly("report", "telemetry");
    assertThat(job.containers()).extracting(Container::image).startsWith("r-base:4.4.1");
    assertThat(job.containers().getLast().reason()).isEmpty();
  }

  @Test
  void tellsWhichContainersHaveASecretForTheirRegistry() {
    var secret = "\"repositoryCredentials\": {\"credentialsParameter\": \"team-login\"}";
    aws.to("/v1/describejobs", "{\"jobs\": [{\"container\": {" + secret + "}}]}")
        .to(
            "/v1/describejobs",
            "{\"jobs\": [{\"ecsProperties\": {\"taskProperties\": [{\"containers\": [{"
                + secret
                + "}, {}]}]}}]}");

    assertThat(jobs.find(ID).orElseThrow().containers())
        .extracting(Container::credentials)
        .containsExactly("team-login");
    assertThat(jobs.find(ID).orElseThrow().containers())
        .extracting(Container::credentials)
        .containsExactly("team-login", null);
  }

  @Test
  void aJobThatIsGoneIsNoJob() {
    aws.to("/v1/describejobs", "{\"jobs\": []}");

    assertThat(jobs.find(ID)).isEmpty();
  }

  private Job find(String sample) throws IOException {
    var event = new ObjectMapper().readTree(Path.of("../events/batch", sample + ".json").toFile());
    aws.to("/v1/describejobs", "{\"jobs\": [" + event.path("detail") + "]}");
    return jobs.find(ID).orElseThrow();
  }
}
