package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RescueWorkerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Rescued.Ears ears = new Rescued.Ears();
  private final List<String> failures = new ArrayList<>();
  private Copier copier = (order, deadline, progress) -> replicated(order.image());

  @Test
  void copiesAnImageAndSaysWhereItIs() {
    assertThat(report(Rescued.sample("manual/image.json")))
        .singleElement()
        .asString()
        .startsWith(
            "ruby:2.7 is 123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby");
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void copiesSeveralImagesEachWithItsLine() {
    assertThat(report(Rescued.sample("manual/images.json"))).hasSize(2);
  }

  @Test
  void understandsAPastedMessageAndSaysWhatElseHelps() {
    var report =
        report(
            "{\"message\": \"Unable to find image 'ruby:2.7' locally\\ndocker: Error response from daemon: toomanyrequests: You have reached your pull rate limit.\"}");

    assertThat(report.get(0)).startsWith("diagnosed RATE_LIMITED of ruby:2.7");
    assertThat(report.get(1)).startsWith("ruby:2.7 is ");
    assertThat(String.join("\n", report.subList(2, report.size()))).contains("docker login");
  }

  @Test
  void copiesWhatTheSampleMessageIsAbout() {
    assertThat(report(Rescued.sample("manual/message.json")))
        .anySatisfy(line -> assertThat(line).contains("docker-hub/library/ruby:2.7"));
  }

  @Test
  void saysSoWhereAMessageIsNoFailedPull() {
    assertThat(report("{\"message\": \"1 test failed\"}"))
        .containsExactly("this is no failed pull of an image, as far as the text says");
  }

  @Test
  void namesTheUpstreamThatIsNotAllowed() {
    var report =
        report(
            "{\"message\": \"Error response from daemon: toomanyrequests: slow down, pulling evil.example.com/app:1\"}");

    assertThat(report.getFirst()).contains("not an allowed upstream");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void putsABuildIntoTheQueueOfFailures() {
    assertThat(report(Rescued.sample("manual/build.json")).getFirst()).contains(Rescued.BUILD);
    assertThat(failures).containsExactly(Rescued.BUILD);
  }

  @Test
  void saysWhyAnImageWasNotCopiedAndWhenToTryAgain() {
    copier = (order, deadline, progress) -> new Refused(order.image(), "no such image");
    assertThat(report("{\"image\": \"ruby:9\"}").getFirst())
        .isEqualTo("did not copy ruby:9: no such image");

    copier = postponed(Duration.ofMinutes(90));
    assertThat(report("{\"image\": \"ruby:9\"}").getFirst())
        .isEqualTo("ruby:9: not now: limited; try again in 90 minutes");

    copier = postponed(Duration.ofSeconds(9));
    assertThat(report("{\"image\": \"ruby:9\"}").getFirst()).endsWith("try again in 9 seconds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "7",
        "{\"image\": 7}",
        "{\"images\": []}",
        "{\"image\": \"$(id)\"}",
        "{\"buildId\": \"../x\"}",
        "{\"image\": \"Ruby\"}"
      })
  void saysWhatTheInputShouldLookLike(String input) {
    assertThat(report(input)).singleElement().asString().startsWith("nothing was done: ");
  }

  private List<String> report(String input) {
    var known = new Circumstances(null, null, null, Rescued.MIRROR.prefixes().keySet());
    var planner = new ReplicationPlanner(Rescued.MIRROR);
    try {
      return new RescueWorker(new TimedCopier(copier), planner, known, failures::add, ears)
          .work(JSON.readTree(input), Rescued.context(60_000));
    } catch (JsonProcessingException wrongTest) {
      throw new IllegalArgumentException(wrongTest);
    }
  }

  private static Copier postponed(Duration after) {
    return (order, deadline, progress) ->
        new Postponed(order.image(), "limited", after, Tally.nothing(Duration.ZERO));
  }

  private static Replication replicated(ImageReference image) {
    var copy = Rescued.MIRROR.copyOf(image).orElseThrow();
    return new Replicated(
        image, copy, image, new Tally(1, 1, 0, 0, 1, 1, Duration.ofMillis(1)), List.of());
  }
}
