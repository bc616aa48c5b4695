package io.pullrescue.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.text.SecretSamples;
import io.pullrescue.workload.FailureQueue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManualServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final FakeSqs sqs = new FakeSqs();
  private ReplicationService.CopyFunction copyFunction =
      (image, options, deadline, listener) -> replicated(image);

  @Test
  void replicatesImageAndReportsMirrorReference() {
    assertThat(report(TestFixtures.readSample("manual/image.json")))
        .singleElement()
        .asString()
        .startsWith(
            "mirrored ruby:2.7 as 123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby");
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void reportsOneLinePerImage() {
    assertThat(report(TestFixtures.readSample("manual/images.json"))).hasSize(2);
  }

  @Test
  void diagnosesPastedMessageAndReportsRemediation() {
    var report =
        report(
            "{\"message\": \"Unable to find image 'ruby:2.7' locally\\ndocker: Error response from daemon: toomanyrequests: You have reached your pull rate limit.\"}");

    assertThat(report.get(0))
        .startsWith("could not pull ruby:2.7: the registry's rate limit was exceeded");
    assertThat(report.get(1)).startsWith("mirrored ruby:2.7 as ");
    assertThat(String.join("\n", report.subList(2, report.size()))).contains("docker login");
  }

  @Test
  void showsNoSecretOfMessageInAnswerOrLog() throws JsonProcessingException {
    var standardOutput = System.out;
    var log = new ByteArrayOutputStream();
    System.setOut(new PrintStream(log, true, UTF_8));
    try {
      for (var sample : SecretSamples.all().values()) {
        for (var text : SecretSamples.logsWith(sample)) {
          var answer = String.join("\n", report(JSON.writeValueAsString(Map.of("message", text))));

          assertThat(answer).as(text).doesNotContain(sample.secrets());
          assertThat(log.toString(UTF_8)).as(text).doesNotContain(sample.secrets());
          log.reset();
        }
      }
    } finally {
      System.setOut(standardOutput);
    }
  }

  @Test
  void replicatesImageOfSampleMessage() {
    assertThat(report(TestFixtures.readSample("manual/message.json")))
        .anySatisfy(line -> assertThat(line).contains("docker-hub/library/ruby:2.7"));
  }

  @Test
  void reportsMessageThatIsNotAPullFailure() {
    assertThat(report("{\"message\": \"1 test failed\"}"))
        .containsExactly("no image pull failure was found in this text");
  }

  @Test
  void reportsUpstreamThatIsNotAllowed() {
    var report =
        report(
            "{\"message\": \"Error response from daemon: toomanyrequests: slow down, pulling evil.example.com/app:1\"}");

    assertThat(report.getFirst()).contains("not an allowed upstream");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void enqueuesBuildAsFailure() {
    assertThat(report(TestFixtures.readSample("manual/build.json")).getFirst())
        .contains(TestFixtures.BUILD);
    assertThat(sqs.messages)
        .extracting(message -> DependencyFactory.eventParser().parse(message.messageBody()))
        .containsExactly(new BuildFailed(TestFixtures.BUILD));
  }

  @Test
  void reportsReasonAndRetryDelayOfFailedReplication() {
    copyFunction = (image, options, deadline, listener) -> new Failed(image, "no such image");
    assertThat(report("{\"image\": \"ruby:9\"}").getFirst())
        .isEqualTo("could not mirror ruby:9: no such image");

    copyFunction = deferred(Duration.ofMinutes(90));
    assertThat(report("{\"image\": \"ruby:9\"}").getFirst())
        .isEqualTo("ruby:9 cannot be mirrored now: limited; try again in 90 minutes");

    copyFunction = deferred(Duration.ofSeconds(9));
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
  void describesExpectedInput(String input) {
    assertThat(report(input)).singleElement().asString().startsWith("nothing was done: ");
  }

  private List<String> report(String input) {
    var accountContext =
        new AccountContext(null, null, null, TestFixtures.MIRROR.prefixes().keySet());
    var planner = new ReplicationPlanner(TestFixtures.MIRROR);
    try {
      return new ManualService(
              new ReplicationService(
                  copyFunction,
                  PlatformSelection.ALL,
                  PullRescueConfig.Replication.DEFAULTS,
                  TestFixtures.noPullSecrets(),
                  sqs.replicationQueue(),
                  RetryFixture.noRetries(),
                  publisher,
                  InstantSource.system()),
              planner,
              accountContext,
              new FailureQueue(sqs, "https://sqs.us-east-1.amazonaws.com/1/failures"),
              publisher)
          .handle(
              JSON.readTree(input), new Trigger.Manual("request-1"), TestFixtures.context(60_000));
    } catch (JsonProcessingException wrongTest) {
      throw new IllegalArgumentException(wrongTest);
    }
  }

  private static ReplicationService.CopyFunction deferred(Duration delay) {
    return (image, options, deadline, listener) ->
        new Deferred(image, "limited", delay, CopyStats.nothingCopied(Duration.ZERO));
  }

  private static ReplicationResult replicated(ImageReference image) {
    var mirrorReference = TestFixtures.MIRROR.mirrorReference(image).orElseThrow();
    return new Replicated(
        image,
        mirrorReference,
        image,
        new CopyStats(1, 1, 0, 0, 1, 1, Duration.ofMillis(1)),
        List.of());
  }
}
