package io.pullrescue.testing;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.RetryRequestMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;
import software.amazon.awssdk.services.codebuild.model.Build;

/** What the workers' tests share: the build of the sample events, a mirror, and ears on the bus. */
public final class TestFixtures {
  public static final String BUILD = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  public static final String LOG_STREAM = "b0c7d1f4";
  public static final String SECRET = "hunter2-canary";
  public static final MirrorNaming MIRROR =
      new MirrorNaming(
          "123456789012.dkr.ecr.us-east-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);

  /** The name of the role of pull-rescue-retry, and the initiator of the builds that it starts. */
  public static final String RETRY_ROLE = "PullRescue-RetryRole-1A2B3C";

  public static final String RETRY_INITIATOR = RETRY_ROLE + "/pull-rescue-retry";

  public static final ImageReference RUBY = ImageReference.of("ruby:2.7");

  public static final List<String> LOG =
      List.of(
          "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
          "[Container] 2026/06/15 10:31:03.000001 Running command docker build -t app .",
          "Step 1/2 : FROM ruby:2.7",
          "toomanyrequests: You have reached your unauthenticated pull rate limit."
              + " https://www.docker.com/increase-rate-limit",
          "[Container] 2026/06/15 10:31:04.000001 Command did not exit successfully docker build -t"
              + " app . exit status 1",
          "[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");

  private TestFixtures() {}

  public static QueueMessage event(String sample) {
    return new QueueMessage("1", readSample(sample), 1);
  }

  /** Returns the retry request of a sample in {@code events/retries}. */
  public static Retry retryRequest(String sample) {
    return (Retry)
        RetryRequestMessage.parse(readSample("retries/" + sample + ".json"), "1").orElseThrow();
  }

  /** Returns the message of a request as SQS delivers it in its message group. */
  public static QueueMessage toQueueMessage(RetryRequest request) {
    var queue = new FakeRetryQueue();
    queue.sender().send(request);
    return queue.messages.remove();
  }

  /** Returns a lookup in a mirror that holds these images and no others. */
  public static RequiredImageLookup imageLookup(
      EventPublisher publisher, Map<ImageReference, MirroredImage> mirroredImages) {
    return new RequiredImageLookup(
        MIRROR,
        new MirroredImageLookup(image -> Optional.ofNullable(mirroredImages.get(image))),
        publisher);
  }

  /** Returns a lookup in a mirror that holds all images of its upstreams. */
  public static RequiredImageLookup imageLookup(EventPublisher publisher) {
    return new RequiredImageLookup(
        MIRROR,
        new MirroredImageLookup(image ->
            MIRROR
                .resolve(image)
                .map(reference -> new MirroredImage(image, reference, digest(reference)))),
        publisher);
  }

  private static Digest digest(ImageReference reference) {
    return Digest.of(
        MIRROR
            .upstreamReference(reference)
            .orElseThrow()
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }

  public static String readSample(String name) {
    try {
      return Files.readString(Path.of("../events", name));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  public static Build failedBuild() {
    return SampleBuild.failed()
        .withId(BUILD)
        .withPhases(SampleBuild.failedPhase("BUILD", "COMMAND_EXECUTION_ERROR: exit status 1"))
        .withImage("aws/codebuild/standard:7.0")
        .withVariables(Map.of("TOKEN", SECRET))
        .withSource(
            SampleBuild.source(
                "NO_SOURCE", null, "version: 0.2\nphases: {build: {commands: [docker build .]}}"),
            null)
        .withLogStream(LOG_STREAM)
        .build();
  }

  /** Returns how builds are retried; ECS and Batch are off. */
  public static RetryConfig retryConfig(
      int maxRetries,
      int maxRetriesPerHour,
      ProjectUpdateMode projectUpdates,
      ImageSubstitution imageSubstitution) {
    return new RetryConfig(
        maxRetries,
        maxRetriesPerHour,
        60,
        WebhookGuards.SKIP,
        imageSubstitution,
        projectUpdates,
        true,
        List.of(),
        ProjectSelection.ALL,
        WorkloadRetryMode.OFF,
        WorkloadRetryMode.OFF,
        true,
        RetryConfig.DEFAULTS.passRoles());
  }

  /** Returns the defaults, with tasks and jobs retried as well. */
  public static RetryConfig retryConfig(WorkloadRetryMode ecs, WorkloadRetryMode batch) {
    var defaults = RetryConfig.DEFAULTS;
    return new RetryConfig(
        defaults.maxRetries(),
        defaults.maxRetriesPerHour(),
        defaults.maxFailureAgeMinutes(),
        defaults.webhookGuards(),
        defaults.imageSubstitution(),
        defaults.projectUpdates(),
        defaults.probeBuilds(),
        defaults.sourceBuckets(),
        defaults.projects(),
        ecs,
        batch,
        defaults.checkRoles(),
        defaults.passRoles());
  }

  public static MirroredImage mirroredImage(ImageReference image) {
    var digest = Digest.of(image.toString().getBytes(StandardCharsets.UTF_8));
    return new MirroredImage(image, MIRROR.mirrorReference(image).orElseThrow(), digest);
  }

  public static RescueEvent.Diagnosed diagnosed(String line) {
    return new RescueEvent.Diagnosed(
        new Trigger.Build(BUILD, "shop"),
        new PullFailed(
            Cause.RATE_LIMITED,
            List.of(RUBY),
            new Evidence(
                LogExcerpt.TextSource.PHASE_CONTEXT,
                line,
                line,
                1,
                Evidence.Confidence.NAMED_BY_CONTEXT),
            true),
        new ReplicationPlan.ReportOnly("the mode is observe"),
        new Remediation(false, "", List.of(new Remediation.Step("log in to Docker Hub", null))));
  }

  public static Context context(int milliseconds) {
    var context = Mockito.mock(Context.class);
    Mockito.when(context.getAwsRequestId()).thenReturn("request-1");
    Mockito.when(context.getRemainingTimeInMillis()).thenReturn(milliseconds);
    return context;
  }

  /** Keeps what was announced, and takes nothing that does not fit its published schema. */
  public static final class RecordingEventPublisher implements EventPublisher {
    public final List<RescueEvent> events = new ArrayList<>();

    @Override
    public void publish(RescueEvent event) {
      EventSchemas.validate(PublishedEvent.of(event));
      events.add(event);
    }

    @Nullable
    public RescueEvent lastEvent() {
      return events.isEmpty() ? null : events.getLast();
    }
  }

  /** Pull secrets of workloads none of which is allowed. */
  public static WorkloadPullSecrets noPullSecrets() {
    return new WorkloadPullSecrets(
        List.of(),
        MIRROR.region(),
        MIRROR.accountId(),
        new SecretsManagerCredentials(new FakeSecretsManager(Map.of())));
  }
}
