package io.pullrescue.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.ImageOccurrence;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.EventSchemas;
import io.pullrescue.testing.TestFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records what the code publishes, in the form in which EventBridge writes it to the log group. */
final class RecordFixture {
  static final Instant BEGIN = Instant.parse("2026-06-15T10:31:04Z");
  static final String RETRY = "shop:1d6f0b3e-2c7a-4b95-9e08-5a4c3f2e1d10";
  static final Trigger BUILD = new Trigger.Build(TestFixtures.BUILD, "shop");
  static final Trigger RETRIED_BUILD = new Trigger.Build(RETRY, "shop");
  static final Trigger SERVICE_TASK = task("service:web");
  static final Trigger TASK = task("family:shop-web");
  static final Trigger JOB =
      new Trigger.Job(
          "4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
          "arn:aws:batch:us-east-1:123456789012:job-queue/nightly",
          "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:12");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AccountContext ACCOUNT =
      new AccountContext(
          "123456789012",
          "us-east-1",
          "arn:aws:iam::123456789012:role/shop-role",
          TestFixtures.MIRROR.prefixes().keySet());

  private final List<String> lines = new ArrayList<>();
  private String region = "us-east-1";

  private static Trigger task(String group) {
    return new Trigger.Task(
        "arn:aws:ecs:us-east-1:123456789012:task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586",
        "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
        "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:41",
        group,
        "FARGATE",
        group.startsWith("service:") ? "ecs-svc/2770844949256052681" : "");
  }

  RecordFixture inRegion(String newRegion) {
    region = newRegion;
    return this;
  }

  /** Diagnoses a real message, and records it as the function would. */
  RecordFixture diagnosed(
      Trigger trigger, TextSource source, String text, @Nullable String recordedImage) {
    return diagnosed(
        trigger,
        new Failure(
            trigger,
            Optional.ofNullable(recordedImage).map(ImageReference::of).orElse(null),
            List.of(new LogExcerpt(source, text))));
  }

  RecordFixture diagnosed(Trigger trigger, Failure failure) {
    var diagnosis = (PullFailed) new PullFailureDiagnoser().diagnose(failure);
    var plan = new ReplicationPlanner(TestFixtures.MIRROR).plan(trigger, diagnosis);
    return add(
        new RescueEvent.Diagnosed(
            trigger,
            diagnosis,
            plan,
            new RemediationAdvisor().advise(diagnosis, ACCOUNT),
            ImageOccurrence.find(failure.excerpts(), diagnosis.images())));
  }

  RecordFixture replicated(Trigger trigger, String name, long bytes, String... notes) {
    var image = ImageReference.of(name);
    var mirrored = TestFixtures.mirroredImage(image);
    var reference =
        TestFixtures.MIRROR.mirrorReference(image).orElseThrow().withDigest(mirrored.digest());
    return add(
        new RescueEvent.Replicated(
            new ReplicationRequest(trigger, image, List.of(image), true),
            new ReplicationResult.Replicated(
                image,
                reference,
                image,
                new CopyStats(bytes, 7, 0, 0, 4, 4, Duration.ofMillis(1840)),
                List.of(notes))));
  }

  RecordFixture replicationFailed(Trigger trigger, String image, String reason) {
    return add(new RescueEvent.ReplicationFailed(trigger, ImageReference.of(image), reason));
  }

  RecordFixture retried(
      Trigger trigger, String image, String started, String method, String... caveats) {
    return add(
        new RescueEvent.Retried(
            trigger,
            trigger.equals(RETRIED_BUILD) ? 2 : 1,
            List.<MirroredImage>of(TestFixtures.mirroredImage(ImageReference.of(image))),
            started,
            method,
            List.of(caveats),
            BEGIN));
  }

  RecordFixture skipped(Trigger trigger, String reason) {
    return add(new RescueEvent.RetrySkipped(trigger, reason));
  }

  RecordFixture recovered(String build, @Nullable String projectNote) {
    return add(new RescueEvent.Recovered(BUILD, build, Duration.ofSeconds(71), false, projectNote));
  }

  private RecordFixture add(RescueEvent event) {
    var published = PublishedEvent.of(event);
    EventSchemas.validate(published);
    lines.add(envelope(published.detailType(), published.detail()));
    return this;
  }

  /** Adds a detail that somebody else has published. */
  RecordFixture forged(String detailType, String detail) {
    lines.add(envelope(detailType, detail));
    return this;
  }

  private String envelope(String detailType, String detail) {
    try {
      return JSON.writeValueAsString(
          Map.of(
              "version",
              "0",
              "id",
              "0f7d8a55-5b7c-4c52-9c4f-%012d".formatted(lines.size()),
              "detail-type",
              detailType,
              "source",
              "pull-rescue",
              "account",
              "123456789012",
              "time",
              BEGIN.plusSeconds(20L * lines.size()).toString(),
              "region",
              region,
              "resources",
              List.of(),
              "detail",
              JSON.readTree(detail)));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the record, one event a line. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  RescueReports reports() {
    return reports(Duration.ofMinutes(5));
  }

  RescueReports reports(Duration age) {
    return RescueReports.of(String.join("\n", lines), Optional.empty(), BEGIN.plus(age));
  }
}
