package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.failure.Job;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.JobPlan.SubmitJob;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.SubmittedJob.Kind;
import io.pullrescue.retry.SubmittedJobs.Submission;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
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
final class BatchSubmissionsTest {
  private static final String ID = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8";
  private static final String DEFINITION =
      "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:";
  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/python:3");

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final BatchSubmissions submissions =
      new BatchSubmissions(aws.client(BatchClient.builder()));
  private final Job job = new Job(ID, "nightly", DEFINITION + 12, "FAILED", "", List.of(), null);

  @Test
  void readsWhatTheDecisionTakes() throws IOException {
    describes(sample("rate-limit"));

    var submitted = submissions.submitted(job).orElseThrow();

    assertThat(submitted.kind()).isEqualTo(Kind.ONE_TASK);
    assertThat(submitted.platform()).isEqualTo("EC2");
    assertThat(submitted.owned()).isTrue();
    assertThat(submitted.waited()).isFalse();
    assertThat(submitted.tags()).containsKey("resourceArn");
  }

  @Test
  void readsAJobOfSeveralContainersAndOneThatIsGone() throws IOException {
    describes(sample("several-containers"));
    aws.to("/v1/describejobs", "{\"jobs\": []}");

    assertThat(submissions.submitted(job).orElseThrow())
        .satisfies(it -> {
          assertThat(it.kind()).isEqualTo(Kind.ONE_TASK);
          assertThat(it.owned()).isFalse();
        });
    assertThat(submissions.submitted(job)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "arrayProperties, ARRAY",
    "nodeProperties,  SEVERAL_NODES",
    "nodeDetails,     SEVERAL_NODES",
    "eksProperties,   PODS"
  })
  void readsWhatElseAJobIsMadeOf(String property, Kind kind) throws IOException {
    var detail = sample("rate-limit");
    detail.putObject(property);
    detail.putArray("platformCapabilities").add("FARGATE");
    detail.putArray("dependsOn").addObject().put("jobId", "1");
    describes(detail);

    var submitted = submissions.submitted(job).orElseThrow();

    assertThat(submitted.kind()).isEqualTo(kind);
    assertThat(submitted.platform()).isEqualTo("FARGATE");
    assertThat(submitted.waited()).isTrue();
  }

  @Test
  void readsTheContainersOfADefinition() {
    aws.to("/v1/describejobdefinitions", definitions(12, "python:3"))
        .to(
            "/v1/describejobdefinitions",
            """
            {"jobDefinitions": [{"jobDefinitionArn": "%s12", "ecsProperties": {"taskProperties": [
              {"containers": [{"image": "r:4", "name": "report",
                "repositoryCredentials": {"credentialsParameter": "secret"}}, {}]}
            ]}}]}
            """
                .formatted(DEFINITION));

    assertThat(submissions.definition(DEFINITION + 12).orElseThrow().containers())
        .containsExactly(new ContainerDefinition("default", "python:3", false));
    assertThat(submissions.definition(DEFINITION + 12).orElseThrow().containers())
        .containsExactly(
            new ContainerDefinition("report", "r:4", true), new ContainerDefinition("", "", false));
  }

  @Test
  void submitsTheSameJobWithTheNextRevision() throws IOException {
    describes(sample("rate-limit"));
    aws.to("/v1/listjobs", "{\"jobSummaryList\": []}")
        .to("/v1/describejobdefinitions", definitions(12, "python:3"))
        .to("/v1/describejobdefinitions", definitions(12, "python:3"))
        .to("/v1/registerjobdefinition", "{\"jobDefinitionArn\": \"" + DEFINITION + "13\"}")
        .to("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of("default", COPY))))
        .isEqualTo(new Submission.Submitted("job-2", "nightly:13"));

    assertThat(aws.asked()).anySatisfy(it -> assertThat(it).contains("JOB_NAME", "\"nightly\""));
    assertThat(aws.asked().get(4)).contains("\"image\":\"" + COPY + "\"");
    assertThat(aws.asked().getLast())
        .contains("\"jobDefinition\":\"" + DEFINITION + "13\"")
        .contains("\"pull-rescue-origin\":\"" + ID + "\"", "nightly.py");
  }

  @Test
  void takesTheRevisionThatAnotherJobRegistered() throws IOException {
    describes(sample("rate-limit"));
    aws.to("/v1/listjobs", "{\"jobSummaryList\": []}")
        .to("/v1/describejobdefinitions", definitions(12, "python:3"))
        .to("/v1/describejobdefinitions", definitions(13, COPY.toString()))
        .to("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of("default", COPY))))
        .isEqualTo(new Submission.Submitted("job-2", "nightly:13"));
    assertThat(aws.asked()).hasSize(5);
  }

  @Test
  void registersNothingWhereTheDefinitionNamesTheMirror() throws IOException {
    describes(sample("rate-limit"));
    aws.to("/v1/listjobs", "{\"jobSummaryList\": []}")
        .to("/v1/submitjob", "{\"jobId\": \"job-2\"}");

    assertThat(submissions.submit(plan(Map.of())))
        .isEqualTo(new Submission.Submitted("job-2", "nightly:12"));
    assertThat(aws.asked()).hasSize(3);
  }

  @Test
  void aJobThatWasSubmittedAgainIsFoundByItsNameAndTag() throws IOException {
    describes(sample("rate-limit"));
    aws.to(
            "/v1/listjobs",
            """
            {"jobSummaryList": [
              {"jobId": "job-3", "jobName": "nightly", "createdAt": 1781519700000},
              {"jobId": "job-2", "jobName": "nightly", "createdAt": 1781519600000},
              {"jobId": "job-0", "jobName": "nightly", "createdAt": 1781510000000}
            ]}
            """)
        .to(
            "/v1/describejobs",
            "{\"jobs\": [{\"jobId\": \"job-3\"}, {\"jobId\": \"job-2\", \"tags\":"
                + " {\"pull-rescue-origin\": \""
                + ID
                + "\"}}]}");

    assertThat(submissions.submit(plan(Map.of("default", COPY))))
        .isEqualTo(new Submission.Known("job-2"));
    assertThat(aws.asked().getLast()).isEqualTo("{\"jobs\":[\"job-3\",\"job-2\"]}");
  }

  @Test
  void theNewestRevisionIsTheOneWithTheHighestNumber() {
    aws.to(
        "/v1/describejobdefinitions",
        """
        {"jobDefinitions": [
          {"jobDefinitionArn": "%1$s9", "revision": 9},
          {"jobDefinitionArn": "%1$s10", "revision": 10}
        ]}
        """
            .formatted(DEFINITION));

    var definition = new io.pullrescue.retry.JobDefinition(DEFINITION + 9, List.of(), Map.of());
    assertThat(submissions.newest(definition).orElseThrow().name()).isEqualTo("nightly:10");
    assertThat(aws.asked().getFirst()).contains("\"status\":\"ACTIVE\"");
  }

  private SubmitJob plan(Map<String, ImageReference> images) {
    var original = new SubmittedJob(job, Kind.ONE_TASK, "EC2", false, false, Map.of());
    return new SubmitJob(original, List.of(), images, List.of());
  }

  private void describes(JsonNode detail) {
    aws.to("/v1/describejobs", "{\"jobs\": [" + detail + "]}");
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
        .formatted(DEFINITION, revision, revision, image);
  }
}
