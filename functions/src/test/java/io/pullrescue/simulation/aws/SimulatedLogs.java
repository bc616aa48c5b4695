package io.pullrescue.simulation.aws;

import io.pullrescue.simulation.engine.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** The logs of builds in Amazon CloudWatch Logs; the last line may arrive late. */
public final class SimulatedLogs implements CloudWatchLogsClient {
  private final World world;
  private final Map<String, List<String>> streams = new HashMap<>();

  /** Creates the service without logs. */
  public SimulatedLogs(World world) {
    this.world = world;
  }

  void put(String stream, List<String> lines) {
    streams.put(stream, List.copyOf(lines));
  }

  @Override
  public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
    var lines = streams.get(request.logStreamName());
    if (lines == null) {
      throw ResourceNotFoundException.builder().build();
    }
    var visible = world.isStale() && !lines.isEmpty() ? lines.subList(0, lines.size() - 1) : lines;
    return GetLogEventsResponse.builder()
        .events(
            request.nextToken() == null
                ? visible.stream()
                    .map(line -> OutputLogEvent.builder().message(line).build())
                    .toList()
                : List.of())
        .nextBackwardToken("b/1")
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
