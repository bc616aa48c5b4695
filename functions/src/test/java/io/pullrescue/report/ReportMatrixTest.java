package io.pullrescue.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.testing.EventSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares reports for causes, kinds of workload and outcomes with reviewed ones: of all
 * combinations the first words, of some the complete text. After a change of the wording, run with
 * {@code -Dgolden.update=true} and read the difference.
 */
final class ReportMatrixTest {
  private static final Path FOLDER = Path.of("src/test/resources/reports");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  /** A kind of workload, and what a retry of it starts. */
  private record Kind(
      String name, Trigger trigger, TextSource source, String started, String method) {}

  /** A failure with a real message; those that a mirrored image avoids name what is mirrored. */
  private record Case(String cause, String image, String text, boolean fixable) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "build",
              RecordFixture.BUILD,
              TextSource.FAILING_COMMAND,
              RecordFixture.RETRY,
              "image substitution"),
          new Kind(
              "environment image of a build",
              RecordFixture.BUILD,
              TextSource.PHASE_CONTEXT,
              RecordFixture.RETRY,
              "environment image"),
          new Kind(
              "build of a pipeline",
              RecordFixture.BUILD,
              TextSource.FAILING_COMMAND,
              "the failed actions of stage Build of pipeline release",
              "image substitution set in the project"),
          new Kind(
              "task",
              RecordFixture.TASK,
              TextSource.STOPPED_REASON,
              "task arn:aws:ecs:us-east-1:123456789012:task/shop/9b1c2d3e4f5061728394a5b6c7d8e9f0 of shop-web:42",
              "task definition"),
          new Kind(
              "task of a service",
              RecordFixture.SERVICE_TASK,
              TextSource.STOPPED_REASON,
              "service web with shop-web:42",
              "task definition"),
          new Kind(
              "job",
              RecordFixture.JOB,
              TextSource.STOPPED_REASON,
              "job 7f1de2c3-94a5-4b6c-8d7e-0f1a2b3c4d5e of nightly:13",
              "job definition"));

  private static final List<Case> CASES =
      List.of(
          new Case(
              "RATE_LIMITED",
              "ruby:2.7",
              "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
              true),
          new Case(
              "NETWORK",
              "quay.io/prometheus/busybox:latest",
              "failed to resolve reference \"quay.io/prometheus/busybox:latest\": failed to do request: Head \"https://quay.io/v2/prometheus/busybox/manifests/latest\": dial tcp 34.225.41.113:443: i/o timeout",
              true),
          new Case(
              "UPSTREAM_ERROR",
              "quay.io/prometheus/busybox:latest",
              "failed to copy: httpReadSeeker: failed open: unexpected status code https://quay.io/v2/prometheus/busybox/blobs/sha256:d17d710a3fa783d4: 502 Bad Gateway",
              true),
          new Case(
              "IMAGE_NOT_FOUND",
              "ruby:9.9",
              "manifest for ruby:9.9 not found: manifest unknown: manifest unknown",
              false),
          new Case(
              "UNAUTHENTICATED",
              "myorg/tool:3",
              "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password",
              false),
          new Case(
              "ACCESS_DENIED",
              ECR + "/base/jre:17",
              "pull access denied for "
                  + ECR
                  + "/base/jre, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::123456789012:assumed-role/shop-role/session is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/base/jre",
              false),
          new Case(
              "PLATFORM_MISMATCH",
              "foo/bar:1",
              "image with reference foo/bar:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64.",
              false),
          new Case(
              "DISK_FULL",
              "redis:7",
              "failed to register layer: write /usr/local/lib/libopenblasp-r0.3.10.so: no space left on device",
              false),
          new Case("INVALID_REFERENCE", "", "invalid reference format", false));

  private static String message(Case failure, Kind kind) {
    return switch (kind.source()) {
      case PHASE_CONTEXT ->
          "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image. CannotPullContainerError: "
              + failure.text();
      case STOPPED_REASON -> "CannotPullContainerError: " + failure.text();
      case FAILING_COMMAND, EARLIER_COMMANDS, MESSAGE ->
          failure.image().isEmpty()
              ? "Running command docker pull \"$IMAGE\"\ndocker: " + failure.text()
              : "Running command docker pull %s\nError response from daemon: %s"
                  .formatted(failure.image(), failure.text());
    };
  }

  private static RecordFixture diagnosed(Case failure, Kind kind) {
    var recorded =
        kind.source() == TextSource.FAILING_COMMAND || failure.image().isEmpty()
            ? null
            : failure.image();
    return new RecordFixture()
        .diagnosed(kind.trigger(), kind.source(), message(failure, kind), recorded);
  }

  private static RecordFixture replicated(Case failure, Kind kind) {
    return diagnosed(failure, kind).replicated(kind.trigger(), failure.image(), 53_896_806);
  }

  private static RecordFixture retried(Case failure, Kind kind) {
    return replicated(failure, kind)
        .retried(kind.trigger(), failure.image(), kind.started(), kind.method());
  }

  private static final Map<String, RescueReports> COMBINATIONS = combinations();

  /** Returns the report of each combination that can happen, by its name. */
  private static Map<String, RescueReports> combinations() {
    var reports = new LinkedHashMap<String, RescueReports>();
    for (var failure : CASES) {
      for (var kind : KINDS) {
        var name = failure.cause() + ", " + kind.name() + ", ";
        if (!failure.fixable()) {
          reports.put(name + "report only", diagnosed(failure, kind).reports());
          continue;
        }
        reports.put(name + "diagnosed", diagnosed(failure, kind).reports());
        reports.put(name + "mirrored", replicated(failure, kind).reports());
        reports.put(name + "retried", retried(failure, kind).reports());
        if (kind.trigger() instanceof Trigger.Build) {
          reports.put(
              name + "recovered",
              retried(failure, kind).recovered(RecordFixture.RETRY, null).reports());
        }
        if (kind.started().equals(RecordFixture.RETRY)) {
          reports.put(
              name + "retried two hours ago", retried(failure, kind).reports(Duration.ofHours(2)));
          reports.put(
              name + "failed for another reason",
              retried(failure, kind)
                  .diagnosed(
                      RecordFixture.RETRIED_BUILD,
                      TextSource.EARLIER_COMMANDS,
                      "Running command docker pull quay.io/acme/lint:1 || true\nError response from daemon: manifest for quay.io/acme/lint:1 not found: manifest unknown",
                      null)
                  .reports());
        }
        reports.put(
            name + "skipped",
            replicated(failure, kind).skipped(kind.trigger(), skipReason(kind)).reports());
        reports.put(
            name + "replication failed",
            diagnosed(failure, kind)
                .replicationFailed(
                    kind.trigger(),
                    failure.image(),
                    "budget reached: 499.9 GB were copied today (UTC), 0.1 GB more are needed, and"
                        + " `maxGigabytesPerDay` is 500; raise `maxGigabytesPerDay`, or request the image again"
                        + " tomorrow")
                .reports());
      }
    }
    return reports;
  }

  /** The words are those of the planners. */
  private static String skipReason(Kind kind) {
    return switch (kind.trigger()) {
      case Trigger.Build _ when kind.name().contains("pipeline") ->
          "it was started by CodePipeline, whose stage retry accepts no overrides; point the"
              + " reference at the mirror, or set `projectUpdates` to `until-success`";
      case Trigger.Build _ ->
          "its source was built again later, by shop:5 (main), so a retry could replace the result"
              + " of newer content; start it again if it is still wanted";
      case Trigger.Task _ ->
          "CloudTrail has no RunTask event for it, so its subnets and security groups are not known;"
              + " start it manually";
      case Trigger.Job _ ->
          "its job definition has been deregistered; submit it with an active revision";
      case Trigger.Manual _, Trigger.Refresh _ -> "retries are disabled (`maxRetries` is 0)";
    };
  }

  @Test
  void firstWordsAreAsReviewed() throws IOException {
    var lines = new ArrayList<String>();
    for (var combination : COMBINATIONS.entrySet()) {
      EventSchemas.validateReport(combination.getValue().toJson());
      var report = JSON.readTree(combination.getValue().toJson());
      lines.add("== " + combination.getKey());
      lines.add(report.path("title").asText());
      lines.add(report.path("verdict").asText());
      lines.add(report.path("summary").asText());
      report.path("permanentFixes").forEach(fix -> lines.add("fix: " + fix.path("place").asText()));
    }

    assertGolden("matrix.txt", String.join("\n", lines) + "\n");
  }

  static List<String> complete() {
    return List.of(
        "RATE_LIMITED, build, recovered",
        "RATE_LIMITED, build, failed for another reason",
        "RATE_LIMITED, environment image of a build, retried",
        "RATE_LIMITED, build of a pipeline, skipped",
        "RATE_LIMITED, task of a service, retried",
        "RATE_LIMITED, task, mirrored",
        "NETWORK, job, replication failed",
        "UPSTREAM_ERROR, job, retried",
        "IMAGE_NOT_FOUND, build, report only",
        "UNAUTHENTICATED, environment image of a build, report only",
        "ACCESS_DENIED, build, report only",
        "PLATFORM_MISMATCH, task, report only",
        "DISK_FULL, task of a service, report only",
        "INVALID_REFERENCE, build, report only");
  }

  @ParameterizedTest
  @MethodSource("complete")
  void completeReportIsAsReviewed(String combination) throws IOException {
    assertGolden(
        combination.replace(", ", "-").replace(' ', '-') + ".txt",
        Objects.requireNonNull(COMBINATIONS.get(combination)).toText());
  }

  /** Nobody should have to know the names of causes, settings of Java, or separators. */
  @Test
  void reportsAreForPeople() {
    assertThat(COMBINATIONS)
        .hasSize(147)
        .allSatisfy(
            (name, reports) -> assertThat(prose(reports)).doesNotContain(".;", "; ", "null", ".."))
        .allSatisfy((name, reports) ->
            assertThat(prose(reports)).doesNotContainPattern("\\b[A-Z]+_[A-Z_]+\\b"));
  }

  /** Returns the text without what is quoted or to be pasted. */
  private static String prose(RescueReports reports) {
    return reports
        .toText()
        .lines()
        .filter(line -> !line.startsWith("    \"") && !line.startsWith("       "))
        .collect(Collectors.joining("\n"));
  }

  private static void assertGolden(String name, String actual) throws IOException {
    var file = FOLDER.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, actual);
    }
    assertThat(actual).as(name).isEqualTo(Files.readString(file));
  }

  /** A reviewed report that no combination has any more would stay for ever. */
  @Test
  void everyReviewedReportIsCompared() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files).hasSize(complete().size() + 1);
    }
  }
}
