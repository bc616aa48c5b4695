package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RefreshServiceTest {
  private final FakeSqs sqs = new FakeSqs();
  private final List<MirroredTag> mirroredTags = new ArrayList<>();
  private Mode mode = Mode.RESCUE;

  @Test
  void requestsEachTagSeparatelyWithRefreshTrigger() {
    addMirroredTag("ruby:2.7", true);
    addMirroredTag("quay.io/prometheus/node:v1", true);

    var report = refresh("request-1");

    assertThat(sqs.requests())
        .extracting(request -> request.image().familiarString())
        .containsExactlyInAnyOrder("ruby:2.7", "quay.io/prometheus/node:v1");
    assertThat(sqs.requests())
        .allSatisfy(request -> {
          assertThat(request.trigger()).isEqualTo(new Trigger.Refresh("request-1"));
          assertThat(request.requiredImages()).containsExactly(request.image());
          assertThat(ReplicationRequestMessage.parse(ReplicationRequestMessage.of(request).body()))
              .contains(request);
        });
    assertThat(report)
        .containsExactly(
            "2 tags checked for updates: quay.io/prometheus/node:v1, ruby:2.7",
            "not checked: 0 tags not pulled since the last copy, 0 tags without an allowed"
                + " upstream image");
  }

  @Test
  void requestsTagAgainOnNextRefresh() {
    addMirroredTag("ruby:2.7", true);

    refresh("request-1");
    refresh("request-2");

    assertThat(sqs.requests())
        .map(ReplicationRequestMessage::of)
        .extracting(ReplicationRequestMessage::deduplicationId)
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void reportsTagsThatAreNotRefreshed() {
    addMirroredTag("ruby:2.7", false);

    assertThat(refresh("request-1")).first().isEqualTo("no tag is checked for updates");
    assertThat(refresh("request-1").getLast()).contains("1 tag not pulled since the last copy");
    assertThat(sqs.requests()).isEmpty();
  }

  @Test
  void reportsTagsDeferredToNextRefresh() {
    IntStream.range(0, 130).forEach(number -> addMirroredTag("ruby:" + number, true));

    assertThat(refresh("request-1").getLast()).isEqualTo("left for the next refresh: 30 tags");
    assertThat(sqs.requests()).hasSize(100);
  }

  @Test
  void requestsNothingInObserveMode() {
    addMirroredTag("ruby:2.7", true);
    mode = Mode.OBSERVE;

    assertThat(refresh("request-1"))
        .containsExactly("nothing is refreshed because the mode is `observe`");
    assertThat(sqs.requests()).isEmpty();
  }

  private void addMirroredTag(String image, boolean pulled) {
    mirroredTags.add(
        new MirroredTag(
            TestFixtures.MIRROR.mirrorReference(ImageReference.of(image)).orElseThrow(), pulled));
  }

  private List<String> refresh(String id) {
    var planner = new RefreshPlanner(TestFixtures.MIRROR, true, new Random(1));
    return new RefreshService(mode, () -> mirroredTags, planner, sqs.replicationQueue())
        .refresh(new Trigger.Refresh(id));
  }
}
