package io.pullrescue.lambda;

import io.pullrescue.aws.AwsLogins;
import io.pullrescue.aws.AwsSourceFiles;
import io.pullrescue.aws.CloudWatchBuildLog;
import io.pullrescue.aws.CodeBuildBuilds;
import io.pullrescue.aws.CodeBuildProbes;
import io.pullrescue.aws.CodeBuildRetrier;
import io.pullrescue.aws.CodeCommitFiles;
import io.pullrescue.aws.EcrCopies;
import io.pullrescue.aws.EcrLogin;
import io.pullrescue.aws.EcrMirrorRepositories;
import io.pullrescue.aws.EventBridgeAnnouncer;
import io.pullrescue.aws.ParameterLogins;
import io.pullrescue.aws.S3Files;
import io.pullrescue.aws.SecretLogins;
import io.pullrescue.aws.SourceBuckets;
import io.pullrescue.aws.SqsDelay;
import io.pullrescue.aws.SqsFailureQueue;
import io.pullrescue.aws.SqsRequestQueue;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.registry.HttpRegistries;
import io.pullrescue.registry.NativeCryptography;
import io.pullrescue.registry.Network;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.Replicator;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.ProbeReader;
import io.pullrescue.retry.RetryPlanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/**
 * Puts the parts of each function together, from its settings. Each function makes only the clients
 * that it needs: a cold start pays for every one.
 */
final class Wiring {
  /** More hide no more waiting: measured against a registry 20 ms away. */
  private static final int BLOBS_AT_ONCE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

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
    var codeBuild = codeBuild();
    var reader = new FailureReader(new CodeBuildBuilds(codeBuild), buildLog());
    var sqs = sqs();
    var worker =
        new DiagnoseWorker(
            settings.mode(),
            reader,
            new ReplicationPlanner(settings.mirror()),
            circumstances(),
            new SqsRequestQueue(sqs, settings.replicationQueueUrl()),
            announcer());
    return new QueueFunction(worker, new SqsDelay(sqs));
  }

  QueueFunction retry() {
    var codeBuild = codeBuild();
    var mirror = settings.mirror();
    var worker =
        new RetryWorker(
            settings.mode(),
            new CodeBuildBuilds(codeBuild),
            new EcrCopies(ecr(), mirror),
            new RetryPlanner(mirror, settings.maximumAttempts(), settings.rescueCommands()),
            new BuildspecReader(sourceFiles(mirror), probes(codeBuild)),
            new CodeBuildRetrier(codeBuild),
            announcer());
    return new QueueFunction(worker, new SqsDelay(sqs()));
  }

  /** Most buildspecs are inline: the clients are made when a source of their kind is met. */
  private AwsSourceFiles sourceFiles(Mirror mirror) {
    return new AwsSourceFiles(
        new S3Files(
            new SourceBuckets(settings.sourceBuckets()),
            // A path is right at every endpoint; a host name would need one for each bucket.
            () -> S3Client.builder().httpClient(http).forcePathStyle(true).build()),
        new CodeCommitFiles(
            mirror.region(), () -> CodeCommitClient.builder().httpClient(http).build()));
  }

  private @Nullable ProbeReader probes(CodeBuildClient codeBuild) {
    return settings.probeBuilds()
        ? new ProbeReader(new CodeBuildProbes(codeBuild), buildLog())
        : null;
  }

  private CloudWatchBuildLog buildLog() {
    return new CloudWatchBuildLog(CloudWatchLogsClient.builder().httpClient(http).build());
  }

  QueueFunction replicate() {
    return new QueueFunction(
        new ReplicateWorker(replicator()::replicate, announcer()), new SqsDelay(sqs()));
  }

  RescueWorker rescue() {
    return new RescueWorker(
        new ReplicateWorker(replicator()::replicate, announcer()),
        new ReplicationPlanner(settings.mirror()),
        circumstances(),
        new SqsFailureQueue(sqs(), settings.failuresQueueUrl()),
        announcer());
  }

  private Replicator replicator() {
    LOG.info(NativeCryptography.install());
    var mirror = settings.mirror();
    var ecr = ecr();
    var secrets =
        SecretsProvider.builder()
            .withClient(SecretsManagerClient.builder().httpClient(http).build())
            .build();
    return new Replicator(
        mirror,
        new HttpRegistries(Network.guarded(mirror.registry()), 2 * BLOBS_AT_ONCE),
        new EcrMirrorRepositories(ecr, mirror.account(), mirror.region()),
        new AwsLogins(
            mirror.registry(),
            new EcrLogin(ecr),
            settings.credentials(),
            new SecretLogins(secrets),
            new ParameterLogins(() -> SsmClient.builder().httpClient(http).build())),
        new Limits(BLOBS_AT_ONCE, settings.maximumImageBytes()));
  }

  /** The role that pulled is not known before the project has been read. */
  private Circumstances circumstances() {
    var mirror = settings.mirror();
    return new Circumstances(mirror.account(), mirror.region(), null, mirror.prefixes().keySet());
  }

  private Announcer announcer() {
    var events = EventBridgeClient.builder().httpClient(http).build();
    return new CountingAnnouncer(new EventBridgeAnnouncer(events, settings.bus()));
  }

  private CodeBuildClient codeBuild() {
    return CodeBuildClient.builder().httpClient(http).build();
  }

  private EcrClient ecr() {
    return EcrClient.builder().httpClient(http).build();
  }

  private SqsClient sqs() {
    return SqsClient.builder().httpClient(http).build();
  }
}
