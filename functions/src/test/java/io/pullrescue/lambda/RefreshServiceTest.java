package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.testing.TestFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RefreshServiceTest {
  private final List<ReplicationRequest> queue = new ArrayList<>();
  private final List<MirroredTag> mirroredTags = new ArrayList<>();
  private Mode mode = Mode.RESCUE;

  @Test
  void requestsEachTagSeparatelyWithRefreshTrigger() {
    addMirroredTag("ruby:2.7", true);
    addMirroredTag("quay.io/prometheus/node:v1", true);

    var report = refresh("request-1");

    assertThat(queue)
        .extracting(request -> request.image().familiarString())
        .containsExactlyInAnyOrder("ruby:2.7", "quay.io/prometheus/node:v1");
    assertThat(queue)
        .allSatisfy(request -> {
          assertThat(request.trigger()).isEqualTo(new Trigger.Refresh("request-1"));
          assertThat(request.requiredImages()).containsExactly(request.image());
          assertThat(ReplicationRequestMessage.parse(ReplicationRequestMessage.of(request).body()))
              .contains(request);
        });
    assertThat(report)
        .containsExactly(
            "upstream is asked about 2 tag(s): quay.io/prometheus/node:v1, ruby:2.7",
            "left as they are: 0 tag(s) that nobody has pulled since they came, 0 that are not"
                + " upstream's or are denied");
  }

  @Test
  void requestsTagAgainOnNextRefresh() {
    addMirroredTag("ruby:2.7", true);

    refresh("request-1");
    refresh("request-2");

    assertThat(queue)
        .map(ReplicationRequestMessage::of)
        .extracting(ReplicationRequestMessage::deduplicationId)
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void reportsTagsThatAreNotRefreshed() {
    addMirroredTag("ruby:2.7", false);

    assertThat(refresh("request-1")).first().isEqualTo("upstream is asked about no tag");
    assertThat(refresh("request-1").getLast()).contains("1 tag(s) that nobody has pulled");
    assertThat(queue).isEmpty();
  }

  @Test
  void reportsTagsDeferredToNextRefresh() {
    IntStream.range(0, 130).forEach(number -> addMirroredTag("ruby:" + number, true));

    assertThat(refresh("request-1").getLast()).isEqualTo("too many for once: 30 more tag(s)");
    assertThat(queue).hasSize(100);
  }

  @Test
  void requestsNothingInObserveMode() {
    addMirroredTag("ruby:2.7", true);
    mode = Mode.OBSERVE;

    assertThat(refresh("request-1")).containsExactly("nothing is refreshed: the mode is observe");
    assertThat(queue).isEmpty();
  }

  private void addMirroredTag(String image, boolean pulled) {
    mirroredTags.add(
        new MirroredTag(
            TestFixtures.MIRROR.mirrorReference(ImageReference.of(image)).orElseThrow(), pulled));
  }

  private List<String> refresh(String id) {
    var planner = new RefreshPlanner(TestFixtures.MIRROR, true, new Random(1));
    return new RefreshService(mode, () -> mirroredTags, planner, queue::add).refresh(id);
  }
}
