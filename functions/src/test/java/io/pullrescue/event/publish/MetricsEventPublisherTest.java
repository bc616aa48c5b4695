package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.TestFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.MetricsFactory;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;

final class MetricsEventPublisherTest {
  private static final Instant FAILED_AT = Instant.parse("2026-06-15T10:31:04Z");
  private static final Trigger TRIGGER = new Trigger.Build(TestFixtures.BUILD, "shop");

  private final List<String> recorded = new ArrayList<>();
  private final TestFixtures.RecordingEventPublisher delegate =
      new TestFixtures.RecordingEventPublisher();
  private final MetricsEventPublisher publisher =
      new MetricsEventPublisher(
          delegate, recordingMetrics(), InstantSource.fixed(FAILED_AT.plusSeconds(14)));

  @Test
  void countsFailuresByCause() {
    publisher.publish(TestFixtures.diagnosed("toomanyrequests"));

    assertThat(recorded)
        .containsExactly(
            "PullFailureDiagnosed 1 COUNT {}", "PullFailures 1 COUNT {Cause=RATE_LIMITED}");
    assertThat(delegate.events).hasSize(1);
  }

  @Test
  void countsImages() {
    var request =
        new ReplicationRequest(TRIGGER, TestFixtures.RUBY, List.of(TestFixtures.RUBY), true);
    var stats = new CopyStats(1024, 3, 512, 1, 2, 2, Duration.ofMillis(1500));
    var mirrorReference = TestFixtures.mirroredImage(TestFixtures.RUBY).mirrorReference();
    publisher.publish(
        new RescueEvent.Replicated(
            request,
            new ReplicationResult.Replicated(
                TestFixtures.RUBY, mirrorReference, TestFixtures.RUBY, stats, List.of())));

    assertThat(recorded).containsExactly("ImageReplicated 1 COUNT {}");
  }

  @Test
  void recordsTimeFromFailureToRetry() {
    publisher.publish(retried(FAILED_AT));

    assertThat(recorded)
        .containsExactly("WorkloadRetried 1 COUNT {}", "RetryLatency 14 SECONDS {}");
  }

  @Test
  void recordsNoLatencyWithoutFailureTime() {
    publisher.publish(retried(null));

    assertThat(recorded).containsExactly("WorkloadRetried 1 COUNT {}");
  }

  @Test
  void countsSkippedRetriesAndFailedReplications() {
    publisher.publish(new RescueEvent.RetrySkipped(TRIGGER, "no"));
    publisher.publish(new RescueEvent.ReplicationFailed(TRIGGER, TestFixtures.RUBY, "no"));

    assertThat(recorded)
        .containsExactly("RetrySkipped 1 COUNT {}", "ImageReplicationFailed 1 COUNT {}");
  }

  @Test
  void recordsRemainingPulls() {
    publisher.recordRateLimit("docker.io", new RateLimit(76, Duration.ofHours(6)));

    assertThat(recorded).containsExactly("PullRateLimitRemaining 76 COUNT {Registry=docker.io}");
  }

  @Test
  void writesMetricInEmbeddedMetricFormat() throws IOException {
    var metrics = MetricsFactory.getMetricsInstance();
    metrics.setNamespace("PullRescue");
    var line =
        captureStandardOutput(() ->
            new MetricsEventPublisher(delegate, metrics, InstantSource.system())
                .recordRateLimit("docker.io", new RateLimit(76, Duration.ofHours(6))));

    var json = new ObjectMapper().readTree(line.lines().toList().getLast());
    assertThat(json.path("PullRateLimitRemaining").asInt()).isEqualTo(76);
    assertThat(json.path("Service").asText()).isEqualTo("pull-rescue");
    assertThat(json.path("Registry").asText()).isEqualTo("docker.io");
    assertThat(json.path("_aws").path("CloudWatchMetrics").toString())
        .contains("\"Namespace\":\"PullRescue\"", "[[\"Service\",\"Registry\"]]");
  }

  @Test
  void recordsTimeFromFailureToSuccess() {
    publisher.publish(
        new RescueEvent.Recovered(TRIGGER, "shop:again", Duration.ofSeconds(42), false, null));

    assertThat(recorded)
        .containsExactly("WorkloadRecovered 1 COUNT {}", "RecoveryLatency 42 SECONDS {}");
  }

  /** Records the metrics of each line; those of one line follow each other. */
  private Metrics recordingMetrics() {
    var metrics = mock(Metrics.class);
    doAnswer(
            call -> {
              Consumer<Metrics> line = call.getArgument(0);
              var values = mock(Metrics.class);
              line.accept(values);
              var dimensions = new TreeMap<String, String>();
              mockingDetails(values).getInvocations().stream()
                  .filter(
                      invocation -> invocation.getMethod().getName().equals("setDefaultDimensions"))
                  .map(invocation -> (DimensionSet) invocation.getArgument(0))
                  .forEach(set -> dimensions.putAll(set.getDimensions()));
              assertThat(dimensions.remove("Service")).isEqualTo("pull-rescue");
              mockingDetails(values).getInvocations().stream()
                  .filter(invocation -> invocation.getMethod().getName().equals("addMetric"))
                  .forEach(invocation ->
                      recorded.add(
                          "%s %.0f %s %s"
                              .formatted(
                                  invocation.getArgument(0),
                                  (Double) invocation.getArgument(1),
                                  invocation.getArgument(2),
                                  dimensions)));
              return null;
            })
        .when(metrics)
        .flushMetrics(any());
    return metrics;
  }

  private static String captureStandardOutput(Runnable action) {
    var standardOutput = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setOut(standardOutput);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static RescueEvent retried(@Nullable Instant failedAt) {
    return new RescueEvent.Retried(
        TRIGGER,
        1,
        List.of(TestFixtures.mirroredImage(TestFixtures.RUBY)),
        "shop:again",
        "image substitution",
        List.of(),
        failedAt);
  }
}
