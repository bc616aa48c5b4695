package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.HeldTag;
import io.pullrescue.replication.RefreshPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RefreshWorkerTest {
  private final List<ReplicationRequest> queue = new ArrayList<>();
  private final List<HeldTag> held = new ArrayList<>();
  private Settings.Mode mode = Settings.Mode.RESCUE;

  @Test
  void asksForEachTagAloneInTheNameOfTheRefresh() {
    hold("ruby:2.7", true);
    hold("quay.io/prometheus/node:v1", true);

    var report = work("request-1");

    assertThat(queue)
        .extracting(request -> request.image().familiar())
        .containsExactlyInAnyOrder("ruby:2.7", "quay.io/prometheus/node:v1");
    assertThat(queue)
        .allSatisfy(request -> {
          assertThat(request.origin()).isEqualTo(new Origin.Refresh("request-1"));
          assertThat(request.images()).containsExactly(request.image());
          assertThat(RequestMessage.parse(RequestMessage.of(request).body())).contains(request);
        });
    assertThat(report)
        .containsExactly(
            "upstream is asked about 2 tag(s): quay.io/prometheus/node:v1, ruby:2.7",
            "left as they are: 0 tag(s) that nobody has pulled since they came, 0 that are not"
                + " upstream's or are denied");
  }

  @Test
  void theNextRefreshAsksAgain() {
    hold("ruby:2.7", true);

    work("request-1");
    work("request-2");

    assertThat(queue)
        .map(RequestMessage::of)
        .extracting(RequestMessage::deduplicationId)
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void saysWhatItLeavesAlone() {
    hold("ruby:2.7", false);

    assertThat(work("request-1")).first().isEqualTo("upstream is asked about no tag");
    assertThat(work("request-1").getLast()).contains("1 tag(s) that nobody has pulled");
    assertThat(queue).isEmpty();
  }

  @Test
  void saysHowManyAreTooManyForOnce() {
    IntStream.range(0, 130).forEach(number -> hold("ruby:" + number, true));

    assertThat(work("request-1").getLast()).isEqualTo("too many for once: 30 more tag(s)");
    assertThat(queue).hasSize(100);
  }

  @Test
  void refreshesNothingWhereNothingIsToBeCopied() {
    hold("ruby:2.7", true);
    mode = Settings.Mode.OBSERVE;

    assertThat(work("request-1")).containsExactly("nothing is refreshed: the mode is observe");
    assertThat(queue).isEmpty();
  }

  private void hold(String image, boolean pulled) {
    held.add(new HeldTag(Rescued.MIRROR.copyOf(ImageReference.of(image)).orElseThrow(), pulled));
  }

  private List<String> work(String id) {
    var planner = new RefreshPlanner(Rescued.MIRROR, true, new Random(1));
    return new RefreshWorker(mode, () -> held, planner, queue::add).work(id);
  }
}
