package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.Mode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.testing.AuthenticatedRegistry;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.DockerRegistry;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.FakeSecretsManager;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.testing.TestImage;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.WorkloadRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a task that failed to pull a private image to the mirrored image, with real registries. */
class ReplicationServicePullSecretsIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String TEAM_SECRET_ARN =
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:team-login-a1B2c3";
  private static final RegistryCredentials CREDENTIALS =
      new RegistryCredentials("team", TestFixtures.SECRET);

  /** The setting {@code privateImages} names the images of the team. */
  private static final RegistryCredentialsProvider PRIVATE_IMAGES =
      new RegistryCredentialsProvider() {
        @Override
        public Optional<RegistryCredentials> resolveCredentials(String registry) {
          return Optional.empty();
        }

        @Override
        public boolean allowsPrivate(ImageReference image) {
          return true;
        }
      };

  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final List<String> output = new ArrayList<>();
  private final AuthenticatedRegistry hub = new AuthenticatedRegistry(HUB.endpoint(), CREDENTIALS);
  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(
              Map.of("docker.io", hub.endpoint(), TestFixtures.MIRROR.registry(), ECR.endpoint())),
          RegistryClient.Options.withMaxConnectionsPerHost(4));

  private int remainingMillis = 60_000;

  ReplicationServicePullSecretsIT() throws IOException {}

  @BeforeEach
  void push() throws Exception {
    push("acme/shop", 1);
    push("acme/cache", 2);
  }

  @AfterEach
  void close() throws IOException {
    registryClient.close();
    hub.close();
  }

  @Test
  void usesPullSecretForItsOwnContainerOnly() {
    processEvent(
        pullSecrets(CREDENTIALS.password()),
        SampleWorkloads.unableToPull("acme/shop:1", TEAM_SECRET_ARN),
        SampleWorkloads.unableToPull("acme/cache:1", null));

    assertThat(publisher.events)
        .filteredOn(RescueEvent.Replicated.class::isInstance)
        .singleElement()
        .asInstanceOf(type(RescueEvent.Replicated.class))
        .extracting(replicated -> replicated.request().image().familiarString())
        .isEqualTo("acme/shop:1");
    assertThat(failureReason()).contains("acme/cache:1").doesNotContain("secret");
    assertThat(allOutput()).doesNotContain(CREDENTIALS.password());
  }

  @Test
  void namesPullSecretThatIsNotAllowed() {
    processEvent(
        TestFixtures.noPullSecrets(),
        SampleWorkloads.unableToPull("acme/cache:1", TEAM_SECRET_ARN));

    assertThat(failureReason())
        .contains("without credentials")
        .endsWith(
            "; the secret "
                + TEAM_SECRET_ARN
                + " of the definition was not used, because `workloadPullSecrets` does not allow it");
  }

  @Test
  void namesRejectedPullSecretWithoutItsValue() {
    processEvent(
        pullSecrets("old-" + CREDENTIALS.password()),
        SampleWorkloads.unableToPull("acme/cache:1", TEAM_SECRET_ARN));

    assertThat(failureReason())
        .contains("with credentials", "without credentials")
        .endsWith(
            "; the credentials were those in the secret " + TEAM_SECRET_ARN + " of the definition");
    assertThat(allOutput()).doesNotContain(CREDENTIALS.password());
  }

  @Test
  void namesPullSecretWhenReplicationIsDeferred() {
    remainingMillis = 20_000; // What an invocation keeps to answer in.

    processEvent(
        pullSecrets(CREDENTIALS.password()),
        SampleWorkloads.unableToPull("acme/cache:1", TEAM_SECRET_ARN));

    assertThat(output.getLast())
        .contains("acme/cache:1: continues in another invocation")
        .contains(
            "; the credentials were those in the secret " + TEAM_SECRET_ARN + " of the definition");
  }

  private static Digest push(String repository, int seed) throws Exception {
    return new TestImage(HUB.endpoint(), repository)
        .pushManifest(
            "1", "{}".getBytes(StandardCharsets.UTF_8), TestImage.randomBytes(1000, seed));
  }

  /** Processes an event and the replication requests that it leads to. */
  private void processEvent(WorkloadPullSecrets pullSecrets, ContainerStatus... containers) {
    var sqs = new FakeSqs();
    var event = TestFixtures.event("ecs/fargate-rate-limit.json");
    output.add(
        diagnosisService(event, sqs, containers)
            .process(event, TestFixtures.context(60_000))
            .toString());
    for (var request : sqs.requests()) {
      var message = new QueueMessage("1", ReplicationRequestMessage.of(request).body(), 1);
      output.add(message.body());
      output.add(
          replicationService(pullSecrets)
              .process(message, TestFixtures.context(remainingMillis))
              .toString());
    }
  }

  private DiagnosisService diagnosisService(
      QueueMessage event, FakeSqs sqs, ContainerStatus... containers) {
    var mirror = TestFixtures.MIRROR;
    var ecs = new FakeEcs(null);
    ecs.setContainers(SampleWorkloads.task(event), List.of(containers));
    return new DiagnosisService(
        Mode.RESCUE,
        new FailureLoader(
            new CodeBuildFixture().failureLoader(),
            new WorkloadRegistry()
                .register(
                    TaskFailed.class,
                    () ->
                        ecs.workload(
                            TestFixtures.imageLookup(publisher),
                            WorkloadRetryMode.OFF,
                            publisher))),
        new ReplicationPlanner(mirror),
        new AccountContext(mirror.accountId(), mirror.region(), null, mirror.prefixes().keySet()),
        sqs.replicationQueue(),
        publisher);
  }

  private ReplicationService replicationService(WorkloadPullSecrets pullSecrets) {
    var replicator =
        new ImageReplicator(
            TestFixtures.MIRROR,
            registryClient,
            repository -> false,
            PRIVATE_IMAGES,
            new CopyLimits(4, CopyLimits.DEFAULT_MAX_IMAGE_BYTES),
            ByteBudget.UNLIMITED);
    return new ReplicationService(
        replicator::replicate,
        PlatformSelection.ALL,
        PullRescueConfig.Replication.DEFAULTS,
        pullSecrets,
        new FakeSqs().replicationQueue(),
        RetryFixture.noRetries(),
        publisher,
        InstantSource.system());
  }

  /** Allows the secret of the team, which has this password. */
  private static WorkloadPullSecrets pullSecrets(String password) {
    var secret = "{\"username\":\"team\",\"password\":\"" + password + "\"}";
    return new WorkloadPullSecrets(
        List.of(TEAM_SECRET_ARN),
        TestFixtures.MIRROR.region(),
        TestFixtures.MIRROR.accountId(),
        new SecretsManagerCredentials(new FakeSecretsManager(Map.of(TEAM_SECRET_ARN, secret))));
  }

  private String failureReason() {
    return publisher.events.stream()
        .filter(RescueEvent.ReplicationFailed.class::isInstance)
        .map(rescueEvent -> ((RescueEvent.ReplicationFailed) rescueEvent).reason())
        .reduce("", String::concat);
  }

  private String allOutput() {
    var events = publisher.events.stream().map(PublishedEvent::of).map(PublishedEvent::detail);
    return String.join("\n", output) + events.reduce("", String::concat);
  }
}
