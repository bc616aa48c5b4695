package io.pullrescue.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.UndoWanted;
import io.pullrescue.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventParserTest {
  private final EventParser parser = new EventParser();

  @Test
  void readsTheIdOfABuildThatFailed() throws IOException {
    assertThat(parser.parse(sample("codebuild/build-failed-rate-limit.json")))
        .isEqualTo(new BuildFailed("shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60"));
    assertThat(parser.parse(sample("codebuild/provisioning-failed-rate-limit.json")))
        .isEqualTo(new BuildFailed("shop-tests:5e1a7c3e-2b58-4d0e-9a61-7f3c5d9b1e24"));
  }

  @Test
  void readsTheIdOfABuildThatSucceeded() throws IOException {
    assertThat(parser.parse(sample("codebuild/build-recovered.json")))
        .isEqualTo(new BuildSucceeded("shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92"));
  }

  @Test
  void ignoresABuildThatDidNeitherFailNorSucceed() throws IOException {
    var stopped = sample("codebuild/build-succeeded.json").replace("SUCCEEDED", "STOPPED");

    assertThat(parser.parse(stopped))
        .isEqualTo(
            new Ignored("build shop:d9b3f5c1-8e47-4c26-a0d4-5b1e6f7a9c32 is STOPPED, not failed"));
  }

  @Test
  void readsWhoseProjectAPersonWantsBack() throws IOException {
    var undo = sample("manual/undo-project-change.json");

    assertThat(parser.parse(undo)).isEqualTo(new UndoWanted("shop"));
    assertThat(parser.parse(undo.replace("shop", "../x"))).isInstanceOf(Ignored.class);
  }

  @Test
  void readsWhichBuildWaitsForWhichImage() throws IOException {
    var event = parser.parse(sample("rescue/image-replicated.json"));

    assertThat(event).isInstanceOf(ImageReplicated.class);
    var replicated = (ImageReplicated) event;
    assertThat(replicated.buildId()).isEqualTo("shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60");
    assertThat(replicated.image()).isEqualTo(ImageReference.of("ruby:2.7"));
    assertThat(replicated.copy().registry())
        .isEqualTo("123456789012.dkr.ecr.us-east-1.amazonaws.com");
    assertThat(replicated.images()).containsExactly(ImageReference.of("ruby:2.7"));
  }

  @Test
  void ignoresAnImageThatNoWorkWaitsFor() throws IOException {
    var event = sample("rescue/image-replicated.json");

    assertThat(parser.parse(event.replace("\"codebuild-build\"", "\"person\"")))
        .isInstanceOf(Ignored.class);
    assertThat(parser.parse(event.replace("\"decisive\": true", "\"decisive\": false")))
        .isInstanceOf(Ignored.class);
  }

  @Test
  void ignoresACopyThatIsNotPinnedByDigest() throws IOException {
    var event = sample("rescue/image-replicated.json").replaceAll("@sha256:[0-9a-f]+", "");

    assertThat(parser.parse(event)).isInstanceOf(Ignored.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "no json at all",
        "{\"source\": 7}",
        "\u0000",
        "{}",
        "{\"source\":\"aws.codebuild\",\"detail-type\":\"CodeBuild Build State Change\"}",
        "{\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance State-change Notification\"}"
      })
  void saysWhyItIgnoresWhatItDoesNotKnow(String text) {
    assertThat(parser.parse(text))
        .isInstanceOfSatisfying(Ignored.class, it -> assertThat(it.why()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:codebuild:eu-west-1:1:build/p-1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60, true",
    "p-1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60,      true",
    "p-1:b0c7d1f4,                                  false",
    "'p 1:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60',    false",
    "../x:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60,     false",
  })
  void takesOnlyLegalBuildIds(String text, boolean legal) {
    assertThat(EventParser.buildId(text).isPresent()).isEqualTo(legal);
  }

  private static String sample(String name) throws IOException {
    return Files.readString(Path.of("../events", name));
  }
}
