package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;

/** The bytes of a day, of which CloudWatch keeps the record. */
class DailyByteBudgetTest {
  private static final long GIGABYTE = 1_000_000_000;
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  private final FakeCloudWatch cloudWatch = new FakeCloudWatch();
  private final MetricsEventPublisher metrics = mock(MetricsEventPublisher.class);
  private Instant now = NOON;

  @Test
  void allowsWhatIsLeftOfTheDay() {
    cloudWatch.sums = List.of(480.0 * GIGABYTE);

    assertThatCode(() -> budget(500).require(20 * GIGABYTE)).doesNotThrowAnyException();
    verify(metrics, never()).recordBudgetReached();
  }

  @Test
  void refusesMoreThanIsLeft() {
    cloudWatch.sums = List.of(480.0 * GIGABYTE);

    assertThatThrownBy(() -> budget(500).require(20 * GIGABYTE + 1))
        .isInstanceOfSatisfying(
            RegistryException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.LIMIT_EXCEEDED))
        .hasMessageContaining(
            "budget reached: 480.0 GB were copied today (UTC), 20.0 GB more are needed, and"
                + " `maxGigabytesPerDay` is 500");
    verify(metrics).recordBudgetReached();
  }

  @Test
  void refusesSizesThatOverflow() {
    assertThatThrownBy(() -> budget(500).require(Long.MAX_VALUE))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void sumsTheMetricOfThisDay() {
    budget(500).require(1);

    assertThat(cloudWatch.requests)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.namespace()).isEqualTo("PullRescue");
          assertThat(request.metricName()).isEqualTo("BytesCopied");
          assertThat(request.dimensions())
              .singleElement()
              .satisfies(dimension -> assertThat(dimension.value()).isEqualTo("pull-rescue"));
          assertThat(request.startTime()).isEqualTo(Instant.parse("2026-11-30T00:00:00Z"));
          assertThat(request.endTime()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
          assertThat(request.period()).isEqualTo(86_400);
          assertThat(request.statisticsAsStrings()).containsExactly("Sum");
        });
  }

  @Test
  void asksOncePerMinuteAndAgainAfterMidnight() {
    var budget = budget(500);

    budget.require(1);
    now = NOON.plusSeconds(59);
    budget.require(1);
    assertThat(cloudWatch.requests).hasSize(1);

    now = NOON.plusSeconds(60);
    cloudWatch.sums = List.of(500.0 * GIGABYTE);
    assertThatThrownBy(() -> budget.require(1)).isInstanceOf(RegistryException.class);

    now = Instant.parse("2026-11-30T23:59:59Z");
    assertThatThrownBy(() -> budget.require(1)).isInstanceOf(RegistryException.class);
    now = Instant.parse("2026-12-01T00:00:00Z");
    cloudWatch.sums = List.of();
    assertThatCode(() -> budget.require(1)).doesNotThrowAnyException();
  }

  @Test
  void ignoresNegativeValues() {
    cloudWatch.sums = List.of(-1e12);

    assertThatThrownBy(() -> budget(500).require(501 * GIGABYTE))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void copiesNothingWhenCloudWatchFails() {
    cloudWatch.fails = true;

    assertThatThrownBy(() -> budget(500).require(1)).isInstanceOf(CloudWatchException.class);
  }

  @Test
  void asksNothingWithoutLimit() {
    budget(0).require(Long.MAX_VALUE);

    assertThat(cloudWatch.requests).isEmpty();
  }

  @Test
  void recordsEachBlob() {
    var budget = budget(0);

    budget.record(1);
    budget.record(2);

    verify(metrics, times(1)).recordBytesCopied(1);
    verify(metrics, times(1)).recordBytesCopied(2);
  }

  private DailyByteBudget budget(int gigabytes) {
    return new DailyByteBudget(gigabytes, () -> cloudWatch, metrics, () -> now);
  }

  private static final class FakeCloudWatch implements CloudWatchClient {
    private final List<GetMetricStatisticsRequest> requests = new ArrayList<>();
    private List<Double> sums = List.of();
    private boolean fails;

    @Override
    public GetMetricStatisticsResponse getMetricStatistics(GetMetricStatisticsRequest request) {
      if (fails) {
        throw CloudWatchException.builder().message("denied").build();
      }
      requests.add(request);
      return GetMetricStatisticsResponse.builder()
          .datapoints(sums.stream().map(sum -> Datapoint.builder().sum(sum).build()).toList())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
