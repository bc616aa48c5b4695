package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.ecr.EcrMirrorLookup;
import io.pullrescue.ecr.EcrTagInventory;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventBridgePublisher;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.testing.FakeS3Client;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.FailureAgeLimit;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryQueue;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.batch.BatchWorkload;
import io.pullrescue.workload.codebuild.BuildClient;
import io.pullrescue.workload.codebuild.BuildFailureLoader;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetrier;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.BuildStarter;
import io.pullrescue.workload.codebuild.BuildspecFetcher;
import io.pullrescue.workload.codebuild.ProjectUpdater;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import io.pullrescue.workload.codebuild.log.BuildLogReader;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrier;
import io.pullrescue.workload.ecs.EcsWorkload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.Lazy;

/**
 * Creates the functions as {@link DependencyFactory} does, with clients of services in memory. Only
 * the copy of an image is another one.
 */
public final class SimulatedFunctions {
  private final PullRescueConfig config;
  private final MirrorNaming mirror;
  private final Clients clients;
  private final InstantSource clock;
  private final EventPublisher publisher;

  /** The clients of all functions. */
  public record Clients(
      BatchClient batch,
      CloudTrailClient cloudTrail,
      CloudWatchLogsClient logs,
      CodeBuildClient codeBuild,
      CodePipelineClient codePipeline,
      EcrClient ecr,
      EcsClient ecs,
      EventBridgeClient eventBridge,
      SqsClient sqs) {}

  /** Creates the functions. */
  public SimulatedFunctions(
      PullRescueConfig config, MirrorNaming mirror, Clients clients, InstantSource clock) {
    this.config = config;
    this.mirror = mirror;
    this.clients = clients;
    this.clock = clock;
    this.publisher = new EventBridgePublisher(clients.eventBridge(), "default");
  }

  /** Processes the event of a message and returns the response. */
  @FunctionalInterface
  public interface Handler {
    /** Returns the JSON of the response. */
    String handle(String event, Context context);
  }

  private Handler handler(MessageProcessor processor) {
    var handler =
        new SqsMessageHandler(
            processor, new VisibilityTimeout(Lazy.withValue(clients.sqs())), clock);
    return (event, context) -> {
      var output = new ByteArrayOutputStream();
      try {
        handler.handle(
            new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, context);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return output.toString(StandardCharsets.UTF_8);
    };
  }

  private RequiredImageLookup imageLookup(
      Function<ImageReference, Optional<MirroredImage>> mirrorLookup) {
    return new RequiredImageLookup(mirror, new MirroredImageLookup(mirrorLookup), publisher);
  }

  private WorkloadRegistry workloads(RequiredImageLookup imageLookup) {
    var retry = config.retry();
    var roles = new PassableRoles(retry.passRoles());
    return new WorkloadRegistry()
        .register(
            TaskFailed.class,
            () ->
                new EcsWorkload(
                    clients.ecs(),
                    clients::cloudTrail,
                    imageLookup,
                    mirror,
                    retry.ecsRetry(),
                    roles,
                    publisher,
                    clock))
        .register(
            JobFailed.class,
            () ->
                new BatchWorkload(
                    clients.batch(),
                    imageLookup,
                    mirror,
                    retry.batchRetry(),
                    roles,
                    new FailureAgeLimit(retry.maxFailureAgeMinutes(), clock),
                    publisher));
  }

  private BuildLogReader logReader() {
    return new BuildLogReader(clients::logs, new WildcardMatcher(List.of()), FakeS3Client::new);
  }

  /** Returns the function that diagnoses failures. */
  public Handler diagnose(String replicationQueueUrl) {
    var service =
        new DiagnosisService(
            config.mode(),
            new FailureLoader(
                new BuildFailureLoader(new BuildClient(clients.codeBuild()), logReader()),
                workloads(imageLookup(new EcrMirrorLookup(clients.ecr(), mirror)::find))),
            new ReplicationPlanner(mirror),
            new AccountContext(
                mirror.accountId(), mirror.region(), null, mirror.prefixes().keySet()),
            new ReplicationQueue(clients.sqs(), replicationQueueUrl),
            publisher);
    return handler(service);
  }

  /** Returns the function that mirrors images by this copy. */
  public Handler replicate(
      String replicationQueueUrl,
      String retriesQueueUrl,
      BiFunction<ImageReference, CopyOptions, ReplicationResult> copy) {
    var service =
        new ReplicationService(
            (image, options, _, _) -> copy.apply(image, options),
            config.platforms(),
            config.replication(),
            TestFixtures.noPullSecrets(),
            new ReplicationQueue(clients.sqs(), replicationQueueUrl),
            new RetryRequester(
                config.mode(), config.retry(), new RetryQueue(clients.sqs(), retriesQueueUrl)),
            publisher,
            clock);
    return handler(service);
  }

  /**
   * Returns the function that retries workloads.
   *
   * @param mirrorLookup looks up the mirrored image of an image; by default in ECR
   */
  public Handler retry(
      String retriesQueueUrl,
      String retryRole,
      Function<
              Function<ImageReference, Optional<MirroredImage>>,
              Function<ImageReference, Optional<MirroredImage>>>
          mirrorLookup) {
    var retry = config.retry();
    var imageLookup =
        imageLookup(mirrorLookup.apply(new EcrMirrorLookup(clients.ecr(), mirror)::find));
    var buildClient = new BuildClient(clients.codeBuild());
    var planner = new BuildRetryPlanner(mirror, retry);
    var projectUpdater = new ProjectUpdater(clients.codeBuild(), List.of());
    var sources =
        new SourceFileReader(
            new WildcardMatcher(List.of()),
            FakeS3Client::new,
            mirror.region(),
            () -> {
              throw new IllegalStateException("no buildspec is in CodeCommit");
            });
    var executor =
        new BuildRetryExecutor(
            planner,
            new BuildspecFetcher(sources, null),
            projectUpdater,
            new BuildStarter(clients.codeBuild(), List.of()),
            new ParentExecutionRetrier(clients::codePipeline, clients.codeBuild()),
            new PullPermissionCheck(null, mirror, false, null),
            publisher);
    var service =
        new RetryService(
            config.mode(),
            retry,
            new RetryQueue(clients.sqs(), retriesQueueUrl),
            new BuildRetrier(
                buildClient,
                new BuildFailureLoader(buildClient, logReader()),
                imageLookup,
                planner,
                executor,
                retryRole,
                clock),
            workloads(imageLookup),
            new BuildRecovery(
                mirror, buildClient, projectUpdater, retry.projectUpdates(), retryRole, publisher),
            clock);
    return handler(service);
  }

  /** Refreshes the tags of the mirror once. */
  public void refresh(String replicationQueueUrl, long seed) {
    new RefreshService(
            config.mode(),
            new EcrTagInventory(clients.ecr(), mirror)::listTags,
            new RefreshPlanner(
                mirror, config.platforms() == PlatformSelection.ALL, new Random(seed)),
            new ReplicationQueue(clients.sqs(), replicationQueueUrl))
        .refresh(new Trigger.Refresh("refresh-" + seed));
  }
}
