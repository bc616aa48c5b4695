package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Cause;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Origin;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.BusEvent;
import io.pullrescue.retry.Copy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;

/** What the workers' tests share: the build of the sample events, a mirror, and ears on the bus. */
final class Rescued {
  static final String BUILD = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  static final String SECRET = "hunter2-canary";
  static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.us-east-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  static final ImageReference RUBY = ImageReference.of("ruby:2.7");

  static final List<String> LOG =
      List.of(
          "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
          "[Container] 2026/06/15 10:31:03.000001 Running command docker build -t app .",
          "Step 1/2 : FROM ruby:2.7",
          "toomanyrequests: You have reached your unauthenticated pull rate limit."
              + " https://www.docker.com/increase-rate-limit",
          "[Container] 2026/06/15 10:31:04.000001 Command did not exit successfully docker build -t"
              + " app . exit status 1",
          "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

  private Rescued() {}

  static Message event(String sample) {
    return new Message("1", sample(sample), 1, null);
  }

  /** What a rule hands on of an event of our own. */
  static Message onTheBus(BusEvent event) {
    var body =
        "{\"source\": \"pull-rescue\", \"detail-type\": \"%s\", \"detail\": %s}"
            .formatted(event.detailType(), event.detail());
    return new Message("1", body, 1, null);
  }

  static String sample(String name) {
    try {
      return Files.readString(Path.of("../events", name));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static Build failedBuild() {
    return SampleBuild.failed()
        .withId(BUILD)
        .withPhases(
            new Phase("BUILD", "FAILED", "COMMAND_EXECUTION_ERROR: exit status 1", null, null))
        .withImage("aws/codebuild/standard:7.0")
        .withVariables(Map.of("TOKEN", SECRET))
        .withSource(
            new Source(
                "NO_SOURCE", null, "version: 0.2\nphases: {build: {commands: [docker build .]}}"),
            null)
        .withLog(new InCloudWatch("/aws/codebuild/shop", "b0c7d1f4"))
        .build();
  }

  static Copy copy(ImageReference image) {
    var digest = Digest.of(image.toString().getBytes(StandardCharsets.UTF_8));
    return new Copy(image, MIRROR.copyOf(image).orElseThrow(), digest);
  }

  static Announcement.Diagnosed diagnosed(String line) {
    return new Announcement.Diagnosed(
        new Origin.Build(BUILD, "shop"),
        new PullFailed(
            Cause.RATE_LIMITED,
            List.of(RUBY),
            new Evidence(Excerpt.Place.PHASE_CONTEXT, line, 1, Evidence.Certainty.NAMED_BY_CONTEXT),
            true),
        new ReplicationPlan.ReportOnly("the mode is observe"),
        new Advice(false, "", List.of(new Advice.Remedy("log in to Docker Hub", null))));
  }

  static Context context(int milliseconds) {
    var context = Mockito.mock(Context.class);
    Mockito.when(context.getAwsRequestId()).thenReturn("request-1");
    Mockito.when(context.getRemainingTimeInMillis()).thenReturn(milliseconds);
    return context;
  }

  /** Keeps what was announced, and takes nothing that does not fit its published schema. */
  static final class Ears implements Announcer {
    final List<Announcement> heard = new ArrayList<>();

    @Override
    public void announce(Announcement announcement) {
      PublishedSchema.check(BusEvent.of(announcement));
      heard.add(announcement);
    }

    @Nullable Announcement last() {
      return heard.isEmpty() ? null : heard.getLast();
    }
  }
}
