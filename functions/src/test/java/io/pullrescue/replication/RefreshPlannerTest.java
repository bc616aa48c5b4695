package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshPlannerTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final DenyList DENIED = new DenyList(List.of("docker.io/acme/*"));
  private static final Mirror MIRROR = new Mirror(REGISTRY, Mirror.CUSTOMARY_PREFIXES, DENIED);
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void asksAboutWhatSomebodyHasPulledByTheNameThatItHasUpstream() {
    var refresh =
        plan(pulled("docker-hub/library/ruby", "2.7"), pulled("quay/prometheus/node", "v1"));

    assertThat(refresh.images())
        .map(ImageReference::toString)
        .containsExactlyInAnyOrder("docker.io/library/ruby:2.7", "quay.io/prometheus/node:v1");
  }

  @Test
  void leavesAloneWhatNobodyHasPulledSinceItCame() {
    var refresh = plan(tag("docker-hub/library/ruby", "2.7", false));

    assertThat(refresh).isEqualTo(new Refresh(List.of(), 1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".sig", ".att"})
  void whatIsAttachedToAnImageByATagOfItsDigestIsNoImageToAskFor(String end) {
    var refresh = plan(pulled("docker-hub/library/ruby", "sha256-" + HASH + end));

    assertThat(refresh).isEqualTo(new Refresh(List.of(), 0, 1, 0));
  }

  @Test
  void asksAboutNothingThatTheOperatorDenies() {
    assertThat(plan(pulled("docker-hub/acme/app", "1"))).isEqualTo(new Refresh(List.of(), 0, 1, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2.7-linux-amd64", "2.7-linux-arm64", "2.7-linux-arm64-v8", "1-windows-amd64"})
  void aPlatformThatIsKeptAloneIsNoTagOfUpstreams(String tag) {
    var held = List.of(pulled("docker-hub/library/ruby", tag));

    assertThat(new RefreshPlanner(MIRROR, false, new Random(1)).plan(held).excluded()).isEqualTo(1);
    assertThat(new RefreshPlanner(MIRROR, true, new Random(1)).plan(held).images())
        .as("where all platforms are copied, it is")
        .containsExactly(ImageReference.of("ruby:" + tag));
  }

  @Test
  void whatThePlatformsOfATagAreCalledIsKnownAgain() {
    var image = ImageReference.of("ruby:2.7");

    for (var text : List.of("linux/amd64", "linux/arm64", "windows/amd64")) {
      var platform = Platform.parse(text).orElseThrow();
      assertThat(Mirror.isOnly(Mirror.only(platform, image).orElseThrow().identifier())).isTrue();
    }
    assertThat(Stream.of("2.7", "linux-amd64", "2.7-slim").filter(Mirror::isOnly)).isEmpty();
  }

  @Test
  void asksAboutAHundredAtMostAndSaysHowManyAreLeft() {
    var refresh = planner(1).plan(many(130));

    assertThat(refresh.images()).hasSize(100).doesNotHaveDuplicates();
    assertThat(refresh.deferred()).isEqualTo(30);
  }

  @Test
  void leavesNoneOutForEver() {
    var held = many(130);
    var asked = new HashSet<ImageReference>();

    IntStream.range(0, 20).forEach(seed -> asked.addAll(planner(seed).plan(held).images()));

    assertThat(asked).hasSize(130);
  }

  private static List<HeldTag> many(int tags) {
    return IntStream.range(0, tags).mapToObj(it -> pulled("quay/a/b", "v" + it)).toList();
  }

  private static Refresh plan(HeldTag... held) {
    return planner(1).plan(List.of(held));
  }

  private static RefreshPlanner planner(int seed) {
    return new RefreshPlanner(MIRROR, true, new Random(seed));
  }

  private static HeldTag pulled(String repository, String tag) {
    return tag(repository, tag, true);
  }

  private static HeldTag tag(String repository, String tag, boolean pulled) {
    return new HeldTag(new ImageReference(REGISTRY, repository, tag, null), pulled);
  }
}
