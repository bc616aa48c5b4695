package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Fetched;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.ManifestHead;
import io.pullrescue.replication.MirrorRepository;
import io.pullrescue.replication.Quota;
import io.pullrescue.replication.Registries;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.Tally;
import io.pullrescue.replication.UpstreamRepository;
import io.pullrescue.report.Announcement;
import io.pullrescue.retry.Chain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.lambda.powertools.metrics.MetricsFactory;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

final class MetersTest {
  private static final Instant FAILED = Instant.parse("2026-06-15T10:31:04Z");
  private static final Origin ORIGIN = new Origin.Build(Rescued.BUILD, "shop");

  private final List<String> recorded = new ArrayList<>();
  private final Meter meter =
      (name, value, unit, dimensions) ->
          recorded.add("%s %.0f %s %s".formatted(name, value, unit, dimensions));
  private final Rescued.Ears ears = new Rescued.Ears();
  private final CountingAnnouncer announcer =
      new CountingAnnouncer(ears, meter, InstantSource.fixed(FAILED.plusSeconds(14)));

  @Test
  void failuresAreCountedByTheirCause() {
    announcer.announce(Rescued.diagnosed("toomanyrequests"));

    assertThat(recorded)
        .containsExactly(
            "PullFailureDiagnosed 1 COUNT {}", "PullFailures 1 COUNT {Cause=RATE_LIMITED}");
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void imagesAndTheirBytesAreCounted() {
    var request = new ReplicationRequest(ORIGIN, Rescued.RUBY, List.of(Rescued.RUBY), true);
    var tally = new Tally(1024, 3, 512, 1, 2, 2, Duration.ofMillis(1500));
    var copy = Rescued.copy(Rescued.RUBY).copy();
    announcer.announce(
        new Announcement.Replicated(
            request,
            new Replication.Replicated(Rescued.RUBY, copy, Rescued.RUBY, tally, List.of())));

    assertThat(recorded).containsExactly("ImageReplicated 1 COUNT {}", "BytesCopied 1024 BYTES {}");
  }

  @Test
  void theTimeFromFailureToRetryIsRecorded() {
    announcer.announce(retried(FAILED));

    assertThat(recorded)
        .containsExactly("WorkloadRetried 1 COUNT {}", "SecondsToRetry 14 SECONDS {}");
  }

  @Test
  void aFailureWithoutATimeHasNoneToRecord() {
    announcer.announce(retried(null));

    assertThat(recorded).containsExactly("WorkloadRetried 1 COUNT {}");
  }

  @Test
  void whatIsNotDoneIsCountedToo() {
    announcer.announce(new Announcement.RetryRefused(ORIGIN, "no"));
    announcer.announce(new Announcement.NotReplicated(ORIGIN, Rescued.RUBY, "no"));

    assertThat(recorded)
        .containsExactly("RetryRefused 1 COUNT {}", "ImageReplicationFailed 1 COUNT {}");
  }

  @Test
  void thePullsThatAnUpstreamHasLeftAreRecordedOnceAnImage() {
    var upstream = metered(new Quota(76, Duration.ofHours(6)));

    assertThat(upstream.announce("2.7")).isPresent();

    assertThat(recorded).containsExactly("PullsLeft 76 COUNT {Registry=docker.io}");
  }

  @Test
  void anUpstreamWithoutALimitHasNothingToRecord() {
    metered(Quota.UNLIMITED).announce("2.7");

    assertThat(recorded).isEmpty();
  }

  @Test
  void aNumberBecomesALineInTheEmbeddedMetricFormat() throws IOException {
    var line =
        printed(() ->
            new EmfMeter(MetricsFactory.getMetricsInstance())
                .record("PullsLeft", 76, MetricUnit.COUNT, Map.of("Registry", "docker.io")));

    var json = new ObjectMapper().readTree(line);
    assertThat(json.path("PullsLeft").asInt()).isEqualTo(76);
    assertThat(json.path("Service").asText()).isEqualTo("pull-rescue");
    assertThat(json.path("Registry").asText()).isEqualTo("docker.io");
    assertThat(json.path("_aws").path("CloudWatchMetrics").toString())
        .contains("\"Namespace\":\"PullRescue\"", "[[\"Service\",\"Registry\"]]");
  }

  @Test
  void timesTheWayFromRedToGreen() {
    announcer.announce(
        new Announcement.Recovered(ORIGIN, "shop:again", Duration.ofSeconds(42), false));

    assertThat(recorded)
        .containsExactly("WorkloadRecovered 1 COUNT {}", "SecondsToGreen 42 SECONDS {}");
  }

  private static String printed(Runnable action) {
    var before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Announcement retried(@Nullable Instant failed) {
    var chain = new Chain(Rescued.BUILD, 1, List.of(Rescued.copy(Rescued.RUBY)));
    return new Announcement.Retried(
        ORIGIN, chain, "shop:again", "rescue commands", List.of(), failed);
  }

  private UpstreamRepository metered(Quota quota) {
    var deadline = Deadline.in(Duration.ofMinutes(1), InstantSource.system());
    return new MeteredRegistries(new Quiet(quota), meter).upstream(Rescued.RUBY, null, deadline);
  }

  /** A registry that answers HEAD and has nothing to give. */
  private record Quiet(Quota quota) implements Registries, UpstreamRepository {
    @Override
    public UpstreamRepository upstream(
        ImageReference image, @Nullable Login login, Deadline deadline) {
      return this;
    }

    @Override
    public MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline) {
      throw new AssertionError("nothing is written here");
    }

    @Override
    public Optional<ManifestHead> announce(String identifier) {
      return Optional.of(new ManifestHead(null, quota));
    }

    @Override
    public Fetched fetch(String identifier) {
      throw new AssertionError("nothing is fetched here");
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
      return List.of();
    }

    @Override
    public List<String> tags(String beginning) {
      return List.of();
    }

    @Override
    public InputStream open(Descriptor blob) {
      return InputStream.nullInputStream();
    }
  }
}
