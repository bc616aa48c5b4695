package io.pullrescue.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.testing.EventSchemas;
import io.pullrescue.testing.TestFixtures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RescueReportsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOG = "Running command docker pull %s\ntoomanyrequests: limit";
  private static final String SECOND_RETRY = "shop:77777777-2c7a-4b95-9e08-5a4c3f2e1d10";

  /** A build that failed on one image, and its retry on another. */
  private static RecordFixture chain() {
    return new RecordFixture()
        .diagnosed(RecordFixture.BUILD, TextSource.FAILING_COMMAND, LOG.formatted("ruby:2.7"), null)
        .replicated(RecordFixture.BUILD, "ruby:2.7", 1000)
        .retried(RecordFixture.BUILD, "ruby:2.7", RecordFixture.RETRY, "image substitution")
        .diagnosed(
            RecordFixture.RETRIED_BUILD, TextSource.FAILING_COMMAND, LOG.formatted("node:20"), null)
        .replicated(RecordFixture.RETRIED_BUILD, "node:20", 2000)
        .retried(RecordFixture.RETRIED_BUILD, "node:20", SECOND_RETRY, "image substitution")
        .recovered(SECOND_RETRY, null);
  }

  @Test
  void joinsFailureWithItsRetries() throws JsonProcessingException {
    var report = single(chain().reports());

    assertThat(report.path("outcome").asText()).isEqualTo("RECOVERED");
    assertThat(report.path("verdict").asText()).isEqualTo("Nothing to do.");
    assertThat(report.path("trigger").path("id").asText()).isEqualTo(TestFixtures.BUILD);
    assertThat(report.path("reasons")).hasSize(2);
    assertThat(report.path("retries")).hasSize(2);
    assertThat(report.path("permanentFixes")).hasSize(2);
    assertThat(report.path("result").path("secondsSinceFailure").asInt()).isEqualTo(71);
  }

  @Test
  void orderAndDuplicatesDoNotMatter() {
    var expected = chain().reports().toText();
    for (var seed = 0; seed < 20; seed++) {
      var lines = new ArrayList<>(chain().lines());
      lines.addAll(chain().lines());
      Collections.shuffle(lines, new Random(seed));

      assertThat(reports(lines).toText()).isEqualTo(expected);
    }
  }

  /** Events are lost, or older than the time range of the query. */
  @Test
  void reportsWithoutAnyEvent() {
    for (var missing = 0; missing < chain().lines().size(); missing++) {
      var lines = new ArrayList<>(chain().lines());
      lines.remove(missing);
      var reports = reports(lines);

      assertThat(reports.toText()).as("without event %d", missing).doesNotContain("null");
      assertThat(reports.toHtml()).startsWith("<!DOCTYPE html>");
      reports.toJson().lines().forEach(EventSchemas::validateReport);
    }
  }

  @Test
  void joinsRetryByItsSuccessIfTheRetryIsMissing() throws JsonProcessingException {
    var lines = new ArrayList<>(chain().lines());
    lines.remove(2);

    assertThat(single(reports(lines)).path("trigger").path("id").asText())
        .isEqualTo(TestFixtures.BUILD);
  }

  @Test
  void reportsEachRescueForItself() {
    var lines = new ArrayList<>(chain().lines());
    lines.addAll(
        new RecordFixture()
            .diagnosed(RecordFixture.JOB, TextSource.STOPPED_REASON, "toomanyrequests", "ruby:2.7")
            .lines());

    assertThat(reports(lines).toJson().lines()).hasSize(2);
    assertThat(reports(lines).toText()).contains("=====");
  }

  @ParameterizedTest
  @ValueSource(strings = {TestFixtures.BUILD, RecordFixture.RETRY, SECOND_RETRY})
  void findsRescueByEachOfItsBuilds(String id) {
    var lines = new ArrayList<>(chain().lines());
    lines.addAll(
        new RecordFixture()
            .diagnosed(RecordFixture.JOB, TextSource.STOPPED_REASON, "toomanyrequests", "ruby:2.7")
            .lines());

    var found =
        RescueReports.of(String.join("\n", lines), Optional.of(id), RecordFixture.BEGIN).toJson();

    assertThat(found.lines()).singleElement().asString().contains(TestFixtures.BUILD);
  }

  @Test
  void readsAnswerOfCloudWatchLogs() throws JsonProcessingException {
    var events =
        chain().lines().stream()
            .map(line -> Map.of("timestamp", 1, "message", line, "eventId", "3"))
            .toList();
    var pretty =
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsString(Map.of("events", events, "searchedLogStreams", List.of()));
    var objects = events.stream().map(RescueReportsTest::write).collect(Collectors.joining("\n"));

    for (var text : List.of(pretty, objects)) {
      assertThat(RescueReports.of(text, Optional.empty(), RecordFixture.BEGIN).toText())
          .isEqualTo(reports(chain().lines()).toText());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"events\": [{\"message\": \"{\"}]}",
        "{\"source\": \"aws.codebuild\", \"detail-type\": \"Image Replicated\"}",
        "{\"source\": \"pull-rescue\", \"detail-type\": \"Unknown\", \"time\": \"2026-06-15T10:31:04Z\", \"detail\": {\"trigger\": {\"type\": \"manual\", \"id\": \"1\"}}}",
        "{\"source\": \"pull-rescue\", \"detail-type\": \"Retry Skipped\", \"time\": \"today\", \"detail\": {\"trigger\": {\"type\": \"manual\", \"id\": \"1\"}}}",
        "{\"source\": \"pull-rescue\", \"detail-type\": \"Retry Skipped\", \"time\": \"2026-06-15T10:31:04Z\", \"detail\": {\"trigger\": {\"type\": \"somebody\"}}}",
        "{\"source\": \"pull-rescue\", \"detail-type\": \"Retry Skipped\", \"time\": \"2026-06-15T10:31:04Z\", \"detail\": [[[]]]}"
      })
  void ignoresWhatIsNoEvent(String text) {
    assertThat(RescueReports.of(text, Optional.empty(), RecordFixture.BEGIN).isEmpty()).isTrue();
  }

  @Test
  void reportsEventsWithoutFields() throws JsonProcessingException {
    for (var type :
        List.of(
            "Pull Failure Diagnosed",
            "Image Replicated",
            "Image Replication Failed",
            "Workload Retried",
            "Retry Skipped",
            "Workload Recovered")) {
      var reports =
          new RecordFixture().forged(type, "{\"trigger\": {\"type\": \"build\"}}").reports();

      EventSchemas.validateReport(single(reports).toString());
      assertThat(reports.toText()).contains("thing to do").isNotEmpty();
    }
  }

  @Test
  void hostileTextIsShownWithoutEffect() throws JsonProcessingException {
    var hostile =
        "<script>alert(1)</script><cwdb-action endpoint=\"arn:evil\">' onload='x\u202eevil\u2066\u001b[31m\r\nVerdict: ok\u0000";
    var trigger = new Trigger.Build("shop:1\u202e<b>", "shop\"><img src=x>");
    var reports =
        new RecordFixture()
            .forged(
                "Pull Failure Diagnosed",
                write(
                    Map.of(
                        "trigger",
                        Map.of("type", "build", "id", trigger.id(), "project", trigger.project()),
                        "cause",
                        hostile,
                        "images",
                        List.of(hostile, "ruby:2.7"),
                        "evidence",
                        Map.of("source", hostile, "text", hostile, "lineNumber", -5),
                        "remediation",
                        List.of(Map.of("description", hostile, "snippet", hostile)),
                        "plan",
                        "REPORT_ONLY",
                        "nextAction",
                        hostile)))
            .forged(
                "Workload Retried",
                write(
                    Map.of(
                        "trigger",
                        Map.of("type", "build", "id", trigger.id(), "project", trigger.project()),
                        "started",
                        hostile,
                        "method",
                        hostile,
                        "caveats",
                        Collections.nCopies(500, hostile))))
            .inRegion("evil.example/\"><script>")
            .reports();

    assertThat(reports.toHtml())
        .doesNotContain("<script", "<img", "<b>", "<cwdb", "' onload", "evil.example");
    for (var text : List.of(reports.toText(), reports.toHtml(), reports.toJson())) {
      assertThat(text.replace("\n", "").codePoints())
          .noneMatch(c -> Character.getType(c) == Character.FORMAT)
          .noneMatch(Character::isISOControl);
    }
    assertThat(reports.toText().lines()).noneMatch(line -> line.startsWith("Verdict"));
    EventSchemas.validateReport(single(reports).toString());
  }

  @Test
  void longTextIsCut() {
    var text = "x".repeat(100_000);
    var reports =
        new RecordFixture()
            .forged(
                "Retry Skipped",
                write(
                    Map.of(
                        "trigger",
                        Map.of("type", "build", "id", text, "project", text),
                        "reason",
                        (text + "; start " + text))))
            .reports();

    assertThat(reports.toText()).hasSizeLessThan(10_000);
    assertThat(reports.toText().lines().findFirst().orElseThrow()).hasSizeLessThan(400);
  }

  /** Retries that name each other must not let the grouping run for ever. */
  @Test
  void endsWithCircleOfRetries() {
    var reports =
        new RecordFixture()
            .retried(RecordFixture.BUILD, "ruby:2.7", RecordFixture.RETRY, "environment image")
            .retried(
                RecordFixture.RETRIED_BUILD, "ruby:2.7", TestFixtures.BUILD, "environment image")
            .recovered(RecordFixture.RETRY, null)
            .reports();

    assertThat(reports.isEmpty()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1, https://us-east-1.console.aws.amazon.com/",
    "cn-north-1, https://cn-north-1.console.amazonaws.cn/",
    "us-gov-west-1, https://us-gov-west-1.console.amazonaws-us-gov.com/"
  })
  void linksLeadToConsoleOfPartition(String region, String console) throws JsonProcessingException {
    var reports =
        new RecordFixture()
            .inRegion(region)
            .diagnosed(RecordFixture.JOB, TextSource.STOPPED_REASON, "toomanyrequests", "ruby:2.7")
            .reports();

    assertThat(single(reports).path("links"))
        .singleElement()
        .satisfies(link -> assertThat(link.path("url").asText()).startsWith(console));
  }

  @Test
  void asksToCheckProjectThatStillHasTheChange() throws JsonProcessingException {
    var report =
        single(
            new RecordFixture()
                .recovered(RecordFixture.RETRY, "the project still has the mirrored image")
                .reports());

    assertThat(report.path("verdict").asText())
        .isEqualTo("One thing to do: check the project, see below.");
    assertThat(report.path("problems").path(0).asText())
        .isEqualTo("The project still has the mirrored image.");
  }

  @Test
  void namesFileAndLineOfReference() throws JsonProcessingException {
    var log =
        """
        #3 [internal] load metadata for docker.io/library/ruby:2.7
        #3 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/ruby/manifests/sha256:2cda3f4bd4a4bda8e6a2a1d3a4a0cd8e9bd7a6e23e2c3fc1f2b9a0bb5a7f5c11: 429 Too Many Requests - Server message: toomanyrequests: limit
        Dockerfile:4
        --------------------
           4 | >>> FROM ruby:2.7 AS base
        --------------------
        """;
    var report =
        single(
            new RecordFixture()
                .diagnosed(RecordFixture.BUILD, TextSource.FAILING_COMMAND, log, null)
                .replicated(RecordFixture.BUILD, "ruby:2.7", 1000)
                .reports());

    assertThat(report.path("permanentFixes"))
        .singleElement()
        .satisfies(fix -> {
          assertThat(fix.path("place").asText()).isEqualTo("Dockerfile");
          assertThat(fix.path("line").asInt()).isEqualTo(4);
          assertThat(fix.path("oldText").asText()).isEqualTo("FROM ruby:2.7 AS base");
          assertThat(fix.path("newText").asText())
              .isEqualTo(
                  "FROM 123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7 AS"
                      + " base");
        });
  }

  /** A reference to the mirror needs no change once the mirror has the image. */
  @Test
  void proposesNoChangeOfReferenceToMirror() throws JsonProcessingException {
    var mirror = "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby";
    var report =
        single(
            new RecordFixture()
                .forged(
                    "Image Replicated",
                    write(
                        Map.of(
                            "trigger",
                            Map.of("type", "manual", "id", "1"),
                            "image",
                            mirror + ":2.7",
                            "mirroredImage",
                            mirror + ":2.7@sha256:" + "0".repeat(64))))
                .reports());

    assertThat(report.path("permanentFixes")).isEmpty();
  }

  private static RescueReports reports(List<String> lines) {
    return RescueReports.of(
        String.join("\n", lines), Optional.empty(), RecordFixture.BEGIN.plusSeconds(300));
  }

  private static JsonNode single(RescueReports reports) throws JsonProcessingException {
    assertThat(reports.toJson().lines()).hasSize(1);
    return JSON.readTree(reports.toJson());
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
