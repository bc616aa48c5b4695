package io.pullrescue.lambda;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorAccess;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.credentials.AwsRegistryCredentialsProvider;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.ecr.EcrMirrorLookup;
import io.pullrescue.ecr.EcrMirrorRepositoryManager;
import io.pullrescue.ecr.EcrTagInventory;
import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.ecr.PullThroughCacheRules;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.publish.DailyByteBudget;
import io.pullrescue.event.publish.EventBridgePublisher;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.MetricsEventPublisher;
import io.pullrescue.event.publish.NotifyingEventPublisher;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.http.CorrettoCryptoInstaller;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.FailureQueue;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryQueue;
import io.pullrescue.workload.codebuild.BuildClient;
import io.pullrescue.workload.codebuild.BuildFailureLoader;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetrier;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.BuildStarter;
import io.pullrescue.workload.codebuild.BuildspecFetcher;
import io.pullrescue.workload.codebuild.DockerHubVariables;
import io.pullrescue.workload.codebuild.ProbeFetcher;
import io.pullrescue.workload.codebuild.ProbeStarter;
import io.pullrescue.workload.codebuild.ProjectUpdater;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import io.pullrescue.workload.codebuild.log.BuildLogReader;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrier;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.utils.Lazy;
import software.amazon.lambda.powertools.metrics.MetricsFactory;

/**
 * Creates the dependencies of each function from its settings. Each function gets only the clients
 * that it needs, because every client makes its cold start slower.
 */
public final class DependencyFactory {
  /** Measured: with 20 ms of latency to the registry, more concurrent blobs are not faster. */
  private static final int MAX_CONCURRENT_BLOBS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(DependencyFactory.class);

  private final FunctionEnvironment environment;
  private final PullRescueConfig config;
  private final MirrorNaming mirror;
  private final SdkHttpClient httpClient = UrlConnectionHttpClient.create();

  DependencyFactory(FunctionEnvironment environment) {
    this.environment = environment;
    config = environment.config();
    mirror = environment.mirror(config.mirror());
  }

  /** Creates the factory for the function that this process runs. */
  static DependencyFactory fromEnvironment() {
    return new DependencyFactory(new FunctionEnvironment(System.getenv()));
  }

  /** Returns the parser of all events that start the functions. */
  public static EventParser eventParser() {
    return new EventParser(WorkloadModule.EVENT_PARSERS);
  }

  SqsMessageHandler diagnosisHandler() {
    var sqs = sqs();
    var publisher = eventPublisher();
    var service =
        new DiagnosisService(
            config.mode(),
            failureLoader(publisher),
            new ReplicationPlanner(mirror),
            accountContext(),
            new ReplicationQueue(sqs, environment.replicationQueueUrl()),
            publisher);
    return messageHandler(service, Lazy.withValue(sqs));
  }

  private static SqsMessageHandler messageHandler(MessageProcessor processor, Lazy<SqsClient> sqs) {
    return new SqsMessageHandler(processor, new VisibilityTimeout(sqs), InstantSource.system());
  }

  private FailureLoader failureLoader(MetricsEventPublisher publisher) {
    var logs = cloudWatchLogs();
    var workloads =
        new WorkloadModule(mirror, config.retry(), httpClient)
            .registry(imageLookup(publisher), publisher);
    return new FailureLoader(
        new BuildFailureLoader(new BuildClient(codeBuild()), buildLogReader(() -> logs)),
        workloads);
  }

  /** Returns a look-up that creates its client on first use: most invocations look up no image. */
  private RequiredImageLookup imageLookup(EventPublisher publisher) {
    var mirrorLookup = new Lazy<>(() -> new EcrMirrorLookup(ecr(), mirror));
    return new RequiredImageLookup(
        mirror, new MirroredImageLookup(image -> mirrorLookup.getValue().find(image)), publisher);
  }

  SqsMessageHandler retryHandler() {
    var codeBuild = codeBuild();
    var retryConfig = config.retry();
    var buildClient = new BuildClient(codeBuild);
    var logs = new Lazy<>(this::cloudWatchLogs);
    var logReader = buildLogReader(logs::getValue);
    var dockerHubVariables =
        dockerHubCredentials().map(DockerHubVariables::fromReference).orElseGet(List::of);
    var projectUpdater = new ProjectUpdater(codeBuild, dockerHubVariables);
    var planner = new BuildRetryPlanner(mirror, retryConfig);
    var publisher = eventPublisher();
    var retryExecutor =
        new BuildRetryExecutor(
            planner,
            new BuildspecFetcher(sourceFileReader(), probeFetcher(codeBuild, logReader)),
            projectUpdater,
            new BuildStarter(codeBuild, dockerHubVariables),
            new ParentExecutionRetrier(
                () -> CodePipelineClient.builder().httpClient(httpClient).build(), codeBuild),
            pullPermissionCheck(),
            publisher);
    var imageLookup = imageLookup(publisher);
    var sqs = sqs();
    var service =
        new RetryService(
            config.mode(),
            retryConfig,
            new RetryQueue(sqs, environment.retriesQueueUrl()),
            new BuildRetrier(
                buildClient,
                new BuildFailureLoader(buildClient, logReader),
                imageLookup,
                planner,
                retryExecutor,
                environment.retryRole(),
                InstantSource.system()),
            new WorkloadModule(mirror, retryConfig, httpClient).registry(imageLookup, publisher),
            new BuildRecovery(
                mirror,
                buildClient,
                projectUpdater,
                retryConfig.projectUpdates(),
                environment.retryRole(),
                publisher),
            InstantSource.system());
    return messageHandler(service, Lazy.withValue(sqs));
  }

  /** Returns a check that creates its client on first use: most invocations start no build. */
  private PullPermissionCheck pullPermissionCheck() {
    var iam =
        new Lazy<>(() ->
            IamClient.builder().httpClient(httpClient).region(iamRegion(mirror.region())).build());
    return new PullPermissionCheck(
        config.retry().checkRoles() ? iam::getValue : null,
        mirror,
        config.mirror().pullFromAccount(),
        environment.pullPolicyArn());
  }

  /** IAM is a global service of each partition. */
  private static Region iamRegion(String region) {
    return Region.of(PartitionMetadata.of(Region.of(region)).id() + "-global");
  }

  /** Returns the reference of the credentials that builds log in with; empty if they need none. */
  private Optional<String> dockerHubCredentials() {
    if (config.retry().imageSubstitution() != ImageSubstitution.LOGIN) {
      return Optional.empty();
    }
    var reference = config.credentials().get("docker.io");
    if (reference == null) {
      throw new IllegalStateException(
          "`imageSubstitution: login` needs `credentials` for docker.io, and there are none");
    }
    return Optional.of(reference);
  }

  /** Returns a reader that creates its clients on first use, because most buildspecs are inline. */
  private SourceFileReader sourceFileReader() {
    return new SourceFileReader(
        new WildcardMatcher(config.retry().sourceBuckets()),
        this::s3,
        mirror.region(),
        () -> CodeCommitClient.builder().httpClient(httpClient).build());
  }

  private @Nullable ProbeFetcher probeFetcher(CodeBuildClient codeBuild, BuildLogReader logReader) {
    return config.retry().probeBuilds()
        ? new ProbeFetcher(new ProbeStarter(codeBuild), logReader)
        : null;
  }

  private BuildLogReader buildLogReader(Supplier<CloudWatchLogsClient> logs) {
    return new BuildLogReader(logs, new WildcardMatcher(config.buildLogBuckets()), this::s3);
  }

  /** Returns a client with path-style addresses, which need no host name for each bucket. */
  private S3Client s3() {
    return S3Client.builder().httpClient(httpClient).forcePathStyle(true).build();
  }

  SqsMessageHandler replicationHandler() {
    var sqs = sqs();
    var queue = new ReplicationQueue(sqs, environment.replicationQueueUrl());
    var retries = new RetryQueue(sqs, environment.retriesQueueUrl());
    return messageHandler(
        replicationService(queue, retries, eventPublisher()), Lazy.withValue(sqs));
  }

  private ReplicationService replicationService(
      ReplicationQueue queue, RetryQueue retries, MetricsEventPublisher publisher) {
    LOG.info(CorrettoCryptoInstaller.install());
    var secretsManagerCredentials =
        new SecretsManagerCredentials(
            SecretsManagerClient.builder().httpClient(httpClient).build());
    return new ReplicationService(
        imageReplicator(secretsManagerCredentials, publisher)::replicate,
        config.platforms(),
        config.replication(),
        new WorkloadPullSecrets(
            config.workloadPullSecrets(),
            mirror.region(),
            mirror.accountId(),
            secretsManagerCredentials),
        queue,
        new RetryRequester(config.mode(), config.retry(), retries),
        publisher,
        InstantSource.system());
  }

  private ImageReplicator imageReplicator(
      SecretsManagerCredentials secretsManagerCredentials, MetricsEventPublisher publisher) {
    var ecr = ecr();
    var replication = config.replication();
    return new ImageReplicator(
        mirror,
        new RegistryClient(
            EndpointPolicy.publicOnly(mirror.registry()),
            new RegistryClient.Options(
                2 * MAX_CONCURRENT_BLOBS, false, publisher::recordRateLimit)),
        new EcrMirrorRepositoryManager(
            ecr,
            mirror.accountId(),
            mirror.region(),
            new MirrorAccess(
                config.mirror().pullFromAccount(),
                replication.sharedAccountIds(),
                replication.sharedOrganizationId()),
            new PullThroughCacheRules(
                ecr, mirror.registry(), replication.pullThroughCachePrefixes()),
            replication.archiveAfterDays(),
            replication.kmsKeyArn()),
        new AwsRegistryCredentialsProvider(
            mirror.registry(),
            ecr,
            config.credentials(),
            new WildcardMatcher(replication.privateImages()),
            secretsManagerCredentials,
            () -> SsmClient.builder().httpClient(httpClient).build()),
        new CopyLimits(MAX_CONCURRENT_BLOBS, (long) replication.maxImageSizeGiB() << 30),
        byteBudget(publisher));
  }

  /** Returns a budget that creates its client on first use: most invocations copy nothing. */
  private ByteBudget byteBudget(MetricsEventPublisher publisher) {
    return new DailyByteBudget(
        config.replication().maxGigabytesPerDay(),
        new Lazy<>(() -> CloudWatchClient.builder().httpClient(httpClient).build())::getValue,
        publisher,
        InstantSource.system());
  }

  ManualService manualService() {
    var sqs = sqs();
    var publisher = eventPublisher();
    return new ManualService(
        // A manual copy is not continued in another invocation, and no workload waits for it: this
        // function has no such queues.
        replicationService(new ReplicationQueue(sqs, ""), new RetryQueue(sqs, ""), publisher),
        new ReplicationPlanner(mirror),
        accountContext(),
        new FailureQueue(sqs, environment.failuresQueueUrl()),
        publisher);
  }

  RefreshService refreshService() {
    var allPlatforms = config.platforms() == PlatformSelection.ALL;
    return new RefreshService(
        config.mode(),
        new EcrTagInventory(ecr(), mirror)::listTags,
        new RefreshPlanner(mirror, allPlatforms, new Random()),
        new ReplicationQueue(sqs(), environment.replicationQueueUrl()));
  }

  /**
   * Returns the context without the role that pulled, which only the project or definition names.
   */
  private AccountContext accountContext() {
    return new AccountContext(
        mirror.accountId(), mirror.region(), null, mirror.prefixes().keySet());
  }

  private MetricsEventPublisher eventPublisher() {
    var eventBridge = EventBridgeClient.builder().httpClient(httpClient).build();
    var sns = new Lazy<>(() -> SnsClient.builder().httpClient(httpClient).build());
    return new MetricsEventPublisher(
        new NotifyingEventPublisher(
            new EventBridgePublisher(eventBridge, environment.eventBus()),
            sns::getValue,
            environment.emailTopicArn(),
            environment.chatTopicArn(),
            environment.region()),
        MetricsFactory.getMetricsInstance(),
        InstantSource.system());
  }

  private CloudWatchLogsClient cloudWatchLogs() {
    return CloudWatchLogsClient.builder().httpClient(httpClient).build();
  }

  private CodeBuildClient codeBuild() {
    return CodeBuildClient.builder().httpClient(httpClient).build();
  }

  private EcrClient ecr() {
    return EcrClient.builder().httpClient(httpClient).build();
  }

  private SqsClient sqs() {
    return SqsClient.builder().httpClient(httpClient).build();
  }
}
