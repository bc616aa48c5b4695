package io.pullrescue.lambda;

import io.pullrescue.aws.AllowedBuckets;
import io.pullrescue.aws.AwsBuildLog;
import io.pullrescue.aws.AwsSourceFiles;
import io.pullrescue.aws.AwsWholes;
import io.pullrescue.aws.BatchJobs;
import io.pullrescue.aws.CodeBuildBuilds;
import io.pullrescue.aws.CodeBuildProbes;
import io.pullrescue.aws.CodeBuildProjects;
import io.pullrescue.aws.CodeBuildRetrier;
import io.pullrescue.aws.CodeCommitFiles;
import io.pullrescue.aws.EcrCopies;
import io.pullrescue.aws.EcrHeldTags;
import io.pullrescue.aws.EcsTasks;
import io.pullrescue.aws.EventBridgeAnnouncer;
import io.pullrescue.aws.HubLogin;
import io.pullrescue.aws.S3Files;
import io.pullrescue.aws.SqsDelay;
import io.pullrescue.aws.SqsFailureQueue;
import io.pullrescue.aws.SqsRequestQueue;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.RefreshPlanner;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.ProbeReader;
import io.pullrescue.retry.RetryPlanner;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.Lazy;
import software.amazon.lambda.powertools.metrics.MetricsFactory;

/**
 * Puts the parts of each function together, from its settings. Each function makes only the clients
 * that it needs: a cold start pays for every one.
 */
final class Wiring {
  private final Settings settings;
  private final SdkHttpClient http = UrlConnectionHttpClient.create();

  Wiring(Settings settings) {
    this.settings = settings;
  }

  /** The wiring of the function that this runs in. */
  static Wiring ofThisFunction() {
    return new Wiring(new Settings(System.getenv()));
  }

  QueueFunction diagnose() {
    var sqs = sqs();
    var worker =
        new DiagnoseWorker(
            settings.mode(),
            failureReader(),
            new ReplicationPlanner(settings.mirror()),
            circumstances(),
            new SqsRequestQueue(sqs, settings.replicationQueueUrl()),
            announcer());
    return new QueueFunction(worker, new SqsDelay(Lazy.withValue(sqs)));
  }

  /** Most failures are of builds: the other clients are made when a task or a job is met. */
  private FailureReader failureReader() {
    var tasks = new Lazy<>(() -> new EcsTasks(ecs()));
    var jobs = new Lazy<>(() -> new BatchJobs(BatchClient.builder().httpClient(http).build()));
    return new FailureReader(
        new BuildReader(new CodeBuildBuilds(codeBuild()), buildLog()),
        (cluster, task) -> tasks.getValue().find(cluster, task),
        job -> jobs.getValue().find(job));
  }

  QueueFunction retry() {
    var codeBuild = codeBuild();
    var mirror = settings.mirror();
    var rules = settings.retryRules();
    var builds = new CodeBuildBuilds(codeBuild);
    var logins = settings.hubLogin().map(HubLogin::variables).orElseGet(List::of);
    var projects = new CodeBuildProjects(codeBuild, logins);
    var planner = new RetryPlanner(mirror, rules);
    var announcer = announcer();
    var retry =
        new PlannedRetry(
            planner,
            new BuildspecReader(sourceFiles(mirror), probes(codeBuild)),
            projects,
            new CodeBuildRetrier(codeBuild, logins),
            new AwsWholes(() -> CodePipelineClient.builder().httpClient(http).build(), codeBuild),
            announcer);
    var copies = new AwaitedCopies(new EcrCopies(ecr(), mirror));
    var worker =
        new RetryWorker(
            settings.mode(),
            builds,
            projects,
            builds,
            copies,
            planner,
            retry,
            new WorkloadWiring(settings, http).workloads(copies, announcer),
            new Aftermath(mirror, builds, projects, rules.projectChanges(), announcer),
            InstantSource.system());
    return new QueueFunction(worker, new SqsDelay(new Lazy<>(this::sqs)));
  }

  /** Most buildspecs are inline: the clients are made when a source of their kind is met. */
  private AwsSourceFiles sourceFiles(Mirror mirror) {
    return new AwsSourceFiles(
        new S3Files(new AllowedBuckets(settings.sourceBuckets()), this::s3),
        new CodeCommitFiles(
            mirror.region(), () -> CodeCommitClient.builder().httpClient(http).build()));
  }

  private @Nullable ProbeReader probes(CodeBuildClient codeBuild) {
    var log = new Lazy<>(this::buildLog);
    return settings.probeBuilds()
        ? new ProbeReader(
            new CodeBuildProbes(codeBuild), (location, span) -> log.getValue().tail(location, span))
        : null;
  }

  private AwsBuildLog buildLog() {
    return new AwsBuildLog(
        CloudWatchLogsClient.builder().httpClient(http).build(),
        new AllowedBuckets(settings.buildLogBuckets()),
        this::s3);
  }

  /** A path is right at every endpoint; a host name would need one for each bucket. */
  private S3Client s3() {
    return S3Client.builder().httpClient(http).forcePathStyle(true).build();
  }

  QueueFunction replicate() {
    var sqs = sqs();
    return new QueueFunction(
        new ReplicateWorker(
            new CopyWiring(settings, http).copier(ecr(), meter()),
            new SqsRequestQueue(sqs, settings.replicationQueueUrl()),
            announcer()),
        new SqsDelay(Lazy.withValue(sqs)));
  }

  RescueWorker rescue() {
    return new RescueWorker(
        new CopyWiring(settings, http).copier(ecr(), meter()),
        new ReplicationPlanner(settings.mirror()),
        circumstances(),
        new SqsFailureQueue(sqs(), settings.failuresQueueUrl()),
        announcer());
  }

  RefreshWorker refresh() {
    var mirror = settings.mirror();
    var whole = settings.platforms() == Settings.Platforms.ALL;
    return new RefreshWorker(
        settings.mode(),
        new EcrHeldTags(ecr(), mirror),
        new RefreshPlanner(mirror, whole, new Random()),
        new SqsRequestQueue(sqs(), settings.replicationQueueUrl()));
  }

  /** The role that pulled is not known before the project has been read. */
  private Circumstances circumstances() {
    var mirror = settings.mirror();
    return new Circumstances(mirror.account(), mirror.region(), null, mirror.prefixes().keySet());
  }

  private Announcer announcer() {
    var events = EventBridgeClient.builder().httpClient(http).build();
    return new CountingAnnouncer(
        new EventBridgeAnnouncer(events, settings.bus()), meter(), InstantSource.system());
  }

  private static Meter meter() {
    return new EmfMeter(MetricsFactory.getMetricsInstance());
  }

  private CodeBuildClient codeBuild() {
    return CodeBuildClient.builder().httpClient(http).build();
  }

  private EcsClient ecs() {
    return EcsClient.builder().httpClient(http).build();
  }

  private EcrClient ecr() {
    return EcrClient.builder().httpClient(http).build();
  }

  private SqsClient sqs() {
    return SqsClient.builder().httpClient(http).build();
  }
}
