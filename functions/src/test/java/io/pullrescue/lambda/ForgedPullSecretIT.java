package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.testing.AuthenticatedRegistry;
import io.pullrescue.testing.DockerRegistry;
import io.pullrescue.testing.FakeSecretsManager;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests private images with a pull secret that the workload does not name, from real registries.
 */
final class ForgedPullSecretIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String TEAM_SECRET_ARN =
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:team-login-a1B2c3";
  private static final RegistryCredentials CREDENTIALS =
      new RegistryCredentials("team", TestFixtures.SECRET);

  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final AuthenticatedRegistry hub = new AuthenticatedRegistry(HUB.endpoint(), CREDENTIALS);
  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(
              Map.of("docker.io", hub.endpoint(), TestFixtures.MIRROR.registry(), ECR.endpoint())),
          RegistryClient.Options.withMaxConnectionsPerHost(4));

  private final int remainingMillis = 60_000;

  ForgedPullSecretIT() throws IOException {}

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

  /** Builds have no pull secrets. */
  @Test
  void forgedMessageDoesNotMirrorPrivateImageOfATeam() {
    var body =
        "{\"trigger\":{\"type\":\"build\",\"id\":\"shop:00000000-0000-4000-8000-000000000001\",\"project\":\"shop\"},\"image\":\"docker.io/acme/cache:1\",\"images\":[],\"causedFailure\":true,\"imagesOfTrigger\":1,\"pullSecret\":\""
            + TEAM_SECRET_ARN
            + "\"}";
    replicationService(pullSecrets(CREDENTIALS.password()))
        .process(new QueueMessage("1", body, 1), TestFixtures.context(remainingMillis));

    assertThat(publisher.events)
        .filteredOn(RescueEvent.Replicated.class::isInstance)
        .extracting(event -> ((RescueEvent.Replicated) event).result().mirroredImage().toString())
        .as("private images that are now in the mirror")
        .isEmpty();
  }

  private static Digest push(String repository, int seed) throws Exception {
    return new TestImage(HUB.endpoint(), repository)
        .pushManifest(
            "1", "{}".getBytes(StandardCharsets.UTF_8), TestImage.randomBytes(1000, seed));
  }

  private ReplicationService replicationService(WorkloadPullSecrets pullSecrets) {
    var replicator =
        new ImageReplicator(
            TestFixtures.MIRROR,
            registryClient,
            repository -> false,
            registry -> Optional.<RegistryCredentials>empty(),
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
}
