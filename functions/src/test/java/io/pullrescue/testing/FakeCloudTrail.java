package io.pullrescue.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsRequest;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsResponse;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;

/** Fakes the event history: it has one RunTask event, once that has been delivered. */
public final class FakeCloudTrail implements CloudTrailClient {
  public static final AwsVpcConfiguration NETWORK =
      AwsVpcConfiguration.builder()
          .subnets("subnet-1")
          .securityGroups("sg-1")
          .assignPublicIp("DISABLED")
          .build();

  private static final String TASK_ARN =
      "arn:aws:ecs:us-east-1:123456789012:task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586";

  @Nullable public AwsVpcConfiguration recordedNetwork = NETWORK;

  @Override
  public LookupEventsResponse lookupEvents(LookupEventsRequest request) {
    var response = LookupEventsResponse.builder();
    if (recordedNetwork != null) {
      response.events(Event.builder().cloudTrailEvent(runTaskEvent(recordedNetwork)).build());
    }
    return response.build();
  }

  private static String runTaskEvent(AwsVpcConfiguration network) {
    var event = JsonNodeFactory.instance.objectNode();
    event.putObject("responseElements").putArray("tasks").addObject().put("taskArn", TASK_ARN);
    var configuration =
        event
            .putObject("requestParameters")
            .putObject("networkConfiguration")
            .putObject("awsvpcConfiguration")
            .put("assignPublicIp", network.assignPublicIpAsString());
    network.subnets().forEach(configuration.putArray("subnets")::add);
    network.securityGroups().forEach(configuration.putArray("securityGroups")::add);
    return event.toString();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
