package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pullrescue.testing.RecordedResponses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.Task;

final class RunTaskEventLookupTest {
  private static final String TASK_ARN =
      "arn:aws:ecs:us-east-1:123456789012:task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final CloudTrailClient cloudTrail = aws.client(CloudTrailClient.builder());
  private final RunTaskEventLookup lookup = new RunTaskEventLookup(() -> cloudTrail);

  @Test
  void readsNetworkFromRunTaskEvent() throws IOException {
    aws.respondTo("LookupEvents", page(event(TASK_ARN + "0"), "next"))
        .respondTo("LookupEvents", page(event(TASK_ARN), null));

    assertThat(lookup.findNetwork(task(Instant.ofEpochSecond(1781519407))))
        .contains(
            AwsVpcConfiguration.builder()
                .subnets("subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718")
                .securityGroups("sg-0a1b2c3d4e5f60718")
                .assignPublicIp("ENABLED")
                .build());
    assertThat(aws.requests().getFirst())
        .contains("\"AttributeKey\":\"EventName\",\"AttributeValue\":\"RunTask\"")
        .contains("\"StartTime\":1781519347", "\"EndTime\":1781519467");
  }

  @Test
  void keepsEcsDefaultsForUnsetFields() throws IOException {
    var withSubnetsOnly =
        event(TASK_ARN)
            .replace("\"assignPublicIp\":\"ENABLED\",", "")
            .replace("\"securityGroups\"", "\"other\"");
    aws.respondTo("LookupEvents", page(withSubnetsOnly, null));

    var network = lookup.findNetwork(task(Instant.ofEpochSecond(1781519407))).orElseThrow();

    assertThat(network.subnets()).hasSize(2);
    assertThat(network.hasSecurityGroups()).isFalse();
    assertThat(network.assignPublicIp()).isNull();
  }

  @Test
  void returnsEmptyWhenEventIsNotYetDelivered() throws IOException {
    aws.respondTo("LookupEvents", page(event(TASK_ARN + "0"), null));

    assertThat(lookup.findNetwork(task(Instant.ofEpochSecond(1781519407)))).isEmpty();
  }

  @Test
  void returnsEmptyWhenEventHasNoNetwork() throws IOException {
    var withoutNetwork = event(TASK_ARN).replace("awsvpcConfiguration", "other");
    aws.respondTo("LookupEvents", page(withoutNetwork, null));

    assertThat(lookup.findNetwork(task(Instant.ofEpochSecond(1781519407)))).isEmpty();
  }

  @Test
  void doesNotLookUpTaskWithoutCreationTime() {
    assertThat(lookup.findNetwork(task(null))).isEmpty();
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void throwsOnMalformedEvent() {
    aws.respondTo("LookupEvents", page("{", null));

    assertThatThrownBy(() -> lookup.findNetwork(task(Instant.ofEpochSecond(1781519407))))
        .hasMessageContaining("CloudTrail returned an event that is not valid JSON");
  }

  private static Task task(@Nullable Instant created) {
    return Task.builder().taskArn(TASK_ARN).createdAt(created).build();
  }

  private static String event(String task) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of("../events/cloudtrail/run-task.json").toFile())
        .toString()
        .replace(TASK_ARN, task);
  }

  private static String page(String event, @Nullable String next) {
    var page = JsonNodeFactory.instance.objectNode();
    page.putArray("Events").addObject().put("CloudTrailEvent", event);
    return (next == null ? page : page.put("NextToken", next)).toString();
  }
}
