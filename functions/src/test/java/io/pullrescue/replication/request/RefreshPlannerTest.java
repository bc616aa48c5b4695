package io.pullrescue.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.DenyList;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
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
  private static final DenyList DENY_LIST = new DenyList(List.of("docker.io/acme/*"));
  private static final MirrorNaming MIRROR =
      new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES, DENY_LIST);
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void refreshesPulledTagsByUpstreamName() {
    var refresh =
        plan(pulledTag("docker-hub/library/ruby", "2.7"), pulledTag("quay/prometheus/node", "v1"));

    assertThat(refresh.images())
        .map(ImageReference::toString)
        .containsExactlyInAnyOrder("docker.io/library/ruby:2.7", "quay.io/prometheus/node:v1");
  }

  @Test
  void skipsTagsThatWereNeverPulled() {
    var refresh = plan(tag("docker-hub/library/ruby", "2.7", false));

    assertThat(refresh).isEqualTo(new RefreshPlan(List.of(), 1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".sig", ".att"})
  void excludesReferrerTags(String suffix) {
    var refresh = plan(pulledTag("docker-hub/library/ruby", "sha256-" + HASH + suffix));

    assertThat(refresh).isEqualTo(new RefreshPlan(List.of(), 0, 1, 0));
  }

  @Test
  void excludesDeniedImages() {
    assertThat(plan(pulledTag("docker-hub/acme/app", "1")))
        .isEqualTo(new RefreshPlan(List.of(), 0, 1, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2.7-linux-amd64", "2.7-linux-arm64", "2.7-linux-arm64-v8", "1-windows-amd64"})
  void excludesPlatformTagsUnlessAllPlatformsAreCopied(String tag) {
    var tags = List.of(pulledTag("docker-hub/library/ruby", tag));

    assertThat(new RefreshPlanner(MIRROR, false, new Random(1)).plan(tags).excluded()).isEqualTo(1);
    assertThat(new RefreshPlanner(MIRROR, true, new Random(1)).plan(tags).images())
        .as("where all platforms are copied, it is")
        .containsExactly(ImageReference.of("ruby:" + tag));
  }

  @Test
  void recognizesPlatformTags() {
    var image = ImageReference.of("ruby:2.7");

    for (var text : List.of("linux/amd64", "linux/arm64", "windows/amd64")) {
      var platform = Platform.parse(text).orElseThrow();
      assertThat(
              MirrorNaming.isPlatformTag(
                  MirrorNaming.platformTag(platform, image).orElseThrow().identifier()))
          .isTrue();
    }
    assertThat(Stream.of("2.7", "linux-amd64", "2.7-slim").filter(MirrorNaming::isPlatformTag))
        .isEmpty();
  }

  @Test
  void refreshesAtMost100ImagesAndCountsDeferred() {
    var refresh = planner(1).plan(pulledTags(130));

    assertThat(refresh.images()).hasSize(100).doesNotHaveDuplicates();
    assertThat(refresh.deferred()).isEqualTo(30);
  }

  @Test
  void refreshesEveryTagEventually() {
    var tags = pulledTags(130);
    var refreshed = new HashSet<ImageReference>();

    IntStream.range(0, 20).forEach(seed -> refreshed.addAll(planner(seed).plan(tags).images()));

    assertThat(refreshed).hasSize(130);
  }

  private static List<MirroredTag> pulledTags(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> pulledTag("quay/a/b", "v" + number))
        .toList();
  }

  private static RefreshPlan plan(MirroredTag... tags) {
    return planner(1).plan(List.of(tags));
  }

  private static RefreshPlanner planner(int seed) {
    return new RefreshPlanner(MIRROR, true, new Random(seed));
  }

  private static MirroredTag pulledTag(String repository, String tag) {
    return tag(repository, tag, true);
  }

  private static MirroredTag tag(String repository, String tag, boolean pulled) {
    return new MirroredTag(new ImageReference(REGISTRY, repository, tag, null), pulled);
  }
}
