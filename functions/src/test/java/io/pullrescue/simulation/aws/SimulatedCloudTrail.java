package io.pullrescue.simulation.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsRequest;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsResponse;

/**
 * The event history of AWS CloudTrail, which has an event about five minutes after its call.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html">
 *     CloudTrail typically delivers logs within an average of about 5 minutes</a>
 */
public final class SimulatedCloudTrail implements CloudTrailClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DELAY = Duration.ofMinutes(5);

  private final SimulatedEcs ecs;

  /** Creates the history of the calls of this service. */
  public SimulatedCloudTrail(SimulatedEcs ecs) {
    this.ecs = ecs;
  }

  @Override
  public LookupEventsResponse lookupEvents(LookupEventsRequest request) {
    return LookupEventsResponse.builder()
        .events(
            ecs.deliveredRequests(DELAY).keySet().stream()
                .map(arn -> Event.builder().cloudTrailEvent(event(arn)).build())
                .toList())
        .build();
  }

  private static String event(String taskArn) {
    return JSON.valueToTree(
            Map.of(
                "responseElements",
                Map.of("tasks", List.of(Map.of("taskArn", taskArn))),
                "requestParameters",
                Map.of(
                    "networkConfiguration",
                    Map.of(
                        "awsvpcConfiguration",
                        Map.of("subnets", List.of("subnet-1"), "assignPublicIp", "ENABLED")))))
        .toString();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
