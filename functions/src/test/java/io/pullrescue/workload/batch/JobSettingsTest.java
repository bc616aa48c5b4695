package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.testing.ServiceModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.batch.BatchClient;

/**
 * Describes job definitions and jobs with everything that the newest model of AWS Batch knows, and
 * finds it again in the requests, or named as what this version does not know.
 */
final class JobSettingsTest {
  private static final Set<String> MANAGED_BY_BATCH =
      Set.of("jobDefinitionArn", "revision", "status", "containerOrchestrationType");

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final ServiceModel model = ServiceModel.read("batch/2016-08-10");
  private final BatchClient batch = aws.client(BatchClient.builder());
  private final JobClient jobs = new JobClient(batch);

  @Test
  void carriesOrNamesEverySettingOfDefinition() {
    var described = model.document("JobDefinition");

    var definition = describe(described);

    assertThat(lost(described, definition))
        .allMatch(path ->
            MANAGED_BY_BATCH.contains(path) || isWithin(path, definition.unknownSettings()));
  }

  /** What the service may add tomorrow. */
  @Test
  void namesSettingsThatNoModelKnows() {
    var described = model.document("JobDefinition");
    var container = (ObjectNode) described.path("containerProperties");
    container.put("newLimit", 5);
    ((ObjectNode) container.path("volumes").path(0))
        .putObject("newConfiguration")
        .put("id", "fs-1");

    var definition = describe(described);

    assertThat(definition.unknownSettings())
        .containsKeys(
            "containerProperties.newLimit", "containerProperties.volumes[0].newConfiguration");
    assertThat(lost(described, definition))
        .contains("containerProperties.newLimit")
        .allMatch(path ->
            MANAGED_BY_BATCH.contains(path) || isWithin(path, definition.unknownSettings()));
  }

  @Test
  void carriesEveryOverrideOfJob() {
    var job = model.document("JobDetail");
    aws.respondTo("/v1/describejobs", "{\"jobs\": [" + job + "]}");
    var found = jobs.find("job").orElseThrow();

    batch.submitJob(new SubmitJobRequests(found.detail(), "nightly:2").request());

    var sent = ServiceModel.parse(aws.requests().getLast());
    for (var same :
        List.of(
            "jobName", "jobQueue", "shareIdentifier", "parameters", "retryStrategy", "timeout")) {
      assertThat(sent.path(same)).as(same).isEqualTo(job.path(same));
    }
    assertThat(sent.path("propagateTags")).isEqualTo(job.path("propagateTags"));
    assertThat(sent.path("schedulingPriorityOverride")).isEqualTo(job.path("schedulingPriority"));
    assertThat(sent.path("consumableResourcePropertiesOverride"))
        .isEqualTo(job.path("consumableResourceProperties"));
    assertOverridden(
        "ContainerOverrides",
        Set.of("memory", "vcpus"), // deprecated; resourceRequirements has them
        job.path("container"),
        sent.path("containerOverrides"));
    assertOverridden(
        "TaskContainerOverrides",
        Set.of(),
        job.path("ecsProperties").path("taskProperties").path(0).path("containers").path(0),
        sent.path("ecsPropertiesOverride")
            .path("taskProperties")
            .path(0)
            .path("containers")
            .path(0));
    assertThat(model.members("TaskPropertiesOverride")).containsExactly("containers");
    assertThat(model.members("EcsPropertiesOverride")).containsExactly("taskProperties");
  }

  private void assertOverridden(
      String structure, Set<String> deprecated, JsonNode described, JsonNode sent) {
    assertThat(model.members(structure))
        .filteredOn(member -> !deprecated.contains(member))
        .isNotEmpty()
        .allSatisfy(member -> assertThat(sent.path(member)).isEqualTo(described.path(member)));
  }

  /** A new parameter is to be carried, or the job skipped. */
  @Test
  void knowsEveryParameterOfSubmitJob() {
    assertThat(model.members("SubmitJobRequest"))
        .containsExactlyInAnyOrder(
            "arrayProperties", // array jobs are skipped
            "consumableResourcePropertiesOverride",
            "containerOverrides",
            "dependsOn", // a note tells it
            "ecsPropertiesOverride",
            "eksPropertiesOverride", // jobs on EKS are skipped
            "jobDefinition",
            "jobName",
            "jobQueue",
            "nodeOverrides", // jobs of several nodes are skipped
            "parameters",
            "propagateTags",
            "retryStrategy",
            "schedulingPriorityOverride",
            "shareIdentifier",
            "tags",
            "timeout");
  }

  @Test
  void namesUnknownMembersOfJob() {
    var job = model.document("JobDetail");
    ((ObjectNode) job.path("container")).put("newLimit", 5);
    aws.respondTo("/v1/describejobs", "{\"jobs\": [" + job + "]}");

    assertThat(jobs.find("job").orElseThrow().unknownMembers())
        .containsEntry("container.newLimit", "5");
  }

  private JobDefinitionRevision describe(ObjectNode described) {
    aws.respondTo("/v1/describejobdefinitions", "{\"jobDefinitions\": [" + described + "]}");
    return jobs.findDefinition("nightly:1").orElseThrow();
  }

  /** Registers the definition again, and returns what the request does not have. */
  private List<String> lost(ObjectNode described, JobDefinitionRevision definition) {
    batch.registerJobDefinition(definition.registerRequest(Map.of()));
    return ServiceModel.lost(described, ServiceModel.parse(aws.requests().getLast()));
  }

  private static boolean isWithin(String path, Map<String, String> unknownSettings) {
    return unknownSettings.keySet().stream().anyMatch(path::startsWith);
  }
}
