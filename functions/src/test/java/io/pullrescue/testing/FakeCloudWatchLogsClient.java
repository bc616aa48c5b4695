package io.pullrescue.testing;

import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.log.BuildLogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** Amazon CloudWatch Logs in memory: each stream is one page. */
public final class FakeCloudWatchLogsClient implements CloudWatchLogsClient {
  /** The lines of the log streams by name. */
  public final Map<String, List<String>> streams = new HashMap<>();

  public final List<GetLogEventsRequest> requests = new ArrayList<>();

  /** Returns a reader of these logs, which may read no bucket. */
  public BuildLogReader reader() {
    return new BuildLogReader(() -> this, new WildcardMatcher(List.of()), FakeS3Client::new);
  }

  @Override
  public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
    requests.add(request);
    var lines = streams.get(request.logStreamName());
    if (lines == null) {
      throw ResourceNotFoundException.builder().build();
    }
    var events = lines.stream().map(line -> OutputLogEvent.builder().message(line).build());
    return GetLogEventsResponse.builder()
        .events(request.nextToken() == null ? events.toList() : List.of())
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
