package io.pullrescue.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.WorkloadRegistry;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.PlatformCapability;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

/** Builds the tasks and jobs of sample events, as their services would describe them. */
public final class SampleWorkloads {
  static final String ROLE = "arn:aws:iam::123456789012:role/shop-execution";

  private SampleWorkloads() {}

  /** Returns a registry of these fakes; null for a service without tasks or jobs. */
  public static WorkloadRegistry registry(
      @Nullable Task task,
      @Nullable JobDetail job,
      RequiredImageLookup imageLookup,
      EventPublisher publisher) {
    return new WorkloadRegistry()
        .register(
            TaskFailed.class,
            () -> new FakeEcs(task).workload(imageLookup, WorkloadRetryMode.ALL, publisher))
        .register(
            JobFailed.class,
            () -> new FakeBatch(job).workload(imageLookup, WorkloadRetryMode.ALL, publisher));
  }

  public static Task task(QueueMessage event) {
    var detail = detail(event);
    return Task.builder()
        .taskArn(detail.path("taskArn").asText())
        .clusterArn(detail.path("clusterArn").asText())
        .taskDefinitionArn(detail.path("taskDefinitionArn").asText())
        .group(text(detail, "group"))
        .launchType(text(detail, "launchType"))
        .startedBy(text(detail, "startedBy"))
        .lastStatus(text(detail, "lastStatus"))
        .stoppedReason(text(detail, "stoppedReason"))
        .stopCode(text(detail, "stopCode"))
        .createdAt(time(detail.path("createdAt")))
        .stoppedAt(time(detail.path("stoppedAt")))
        .attachments(
            detail
                .path("attachments")
                .valueStream()
                .map(attachment ->
                    Attachment.builder().type(attachment.path("type").asText()).build())
                .toList())
        .overrides(overrides -> overrides.executionRoleArn(ROLE))
        .containers(
            detail.path("containers").valueStream().map(SampleWorkloads::container).toList())
        .build();
  }

  /** Job events have milliseconds since 1970 in place of a date. */
  private static @Nullable Instant time(JsonNode time) {
    return time.isTextual() ? Instant.parse(time.asText()) : null;
  }

  private static Container container(JsonNode container) {
    return Container.builder()
        .name(container.path("name").asText())
        .image(text(container, "image"))
        .reason(text(container, "reason"))
        .exitCode(exitCode(container))
        .runtimeId(text(container, "runtimeId"))
        .build();
  }

  private static @Nullable Integer exitCode(JsonNode container) {
    return container.has("exitCode") ? container.path("exitCode").asInt() : null;
  }

  /** Returns the same task with other containers. */
  static Task withContainers(Task task, List<ContainerStatus> containers) {
    return task.toBuilder()
        .containers(
            containers.stream()
                .map(status ->
                    Container.builder()
                        .name(status.name())
                        .image(status.image())
                        .reason(status.reason())
                        .build())
                .toList())
        .build();
  }

  public static JobDetail job(QueueMessage event) {
    var detail = detail(event);
    var container = detail.path("container");
    return JobDetail.builder()
        .jobId(detail.path("jobId").asText())
        .jobArn(detail.path("jobArn").asText())
        .jobName(detail.path("jobName").asText())
        .jobQueue(detail.path("jobQueue").asText())
        .jobDefinition(detail.path("jobDefinition").asText())
        .status(detail.path("status").asText())
        .statusReason(text(detail, "statusReason"))
        .createdAt(detail.path("createdAt").asLong())
        .platformCapabilities(PlatformCapability.EC2)
        .container(
            ContainerDetail.builder()
                .image(text(container, "image"))
                .reason(text(container, "reason"))
                .exitCode(exitCode(container))
                .executionRoleArn(text(container, "executionRoleArn"))
                .environment(
                    container
                        .path("environment")
                        .valueStream()
                        .map(SampleWorkloads::variable)
                        .toList())
                .build())
        .build();
  }

  private static KeyValuePair variable(JsonNode variable) {
    return KeyValuePair.builder()
        .name(variable.path("name").asText())
        .value(variable.path("value").asText())
        .build();
  }

  /** Returns a container that failed because of the rate limit of its registry. */
  public static ContainerStatus unableToPull(String image, @Nullable String pullSecret) {
    return new ContainerStatus(
        image, image, "CannotPullContainerError: toomanyrequests", pullSecret);
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).asText(null);
  }

  private static JsonNode detail(QueueMessage event) {
    try {
      return new ObjectMapper().readTree(event.body()).path("detail");
    } catch (JsonProcessingException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
