package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.Container;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.LogText;
import io.pullrescue.image.Digest;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.lambda.Settings.Platforms;
import io.pullrescue.registry.DockerRegistry;
import io.pullrescue.registry.HttpRegistries;
import io.pullrescue.registry.LockedDoor;
import io.pullrescue.registry.Network;
import io.pullrescue.registry.TestImage;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.Replicator;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.replication.WorkloadLogins;
import io.pullrescue.replication.WorkloadLogins.Known;
import io.pullrescue.replication.WorkloadLogins.Withheld;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.BusEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a task that could not pull a private image to its copy, between real registries. */
class PrivateUpstreamIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String TEAM =
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:team-login-a1B2c3";
  private static final Login LOGIN = new Login("team", Rescued.SECRET);
  private static final WorkloadLogins ALLOWED =
      secret -> secret.equals(TEAM) ? new Known(LOGIN) : new Withheld("there is none");

  private final Rescued.Ears ears = new Rescued.Ears();
  private final List<String> said = new ArrayList<>();
  private final LockedDoor hub = new LockedDoor(HUB.endpoint(), LOGIN);
  private final HttpRegistries registries =
      new HttpRegistries(
          Network.local(
              Map.of("docker.io", hub.endpoint(), Rescued.MIRROR.registry(), ECR.endpoint())),
          4);

  private int milliseconds = 60_000;

  PrivateUpstreamIT() throws IOException {}

  @BeforeEach
  void push() throws Exception {
    push("acme/shop", 1);
    push("acme/cache", 2);
  }

  @AfterEach
  void close() throws IOException {
    registries.close();
    hub.close();
  }

  @Test
  void theSecretOfAContainerOpensTheRegistryForItsImageAndForNoOther() {
    rescue(
        ALLOWED,
        Workloads.unableToPull("acme/shop:1", TEAM),
        Workloads.unableToPull("acme/cache:1", null));

    assertThat(ears.heard)
        .filteredOn(Announcement.Replicated.class::isInstance)
        .singleElement()
        .asInstanceOf(type(Announcement.Replicated.class))
        .extracting(it -> it.request().image().familiar())
        .isEqualTo("acme/shop:1");
    assertThat(refusal()).contains("acme/cache:1").doesNotContain("secret");
    assertThat(allThatWasSaid()).doesNotContain(LOGIN.secret());
  }

  @Test
  void aSecretThatTheOperatorDidNotAllowOpensNothingAndIsNamed() {
    rescue(
        secret -> new Withheld("the secret " + secret + " is not among workloadSecrets"),
        Workloads.unableToPull("acme/cache:1", TEAM));

    assertThat(refusal())
        .contains("without a login")
        .endsWith("; the secret " + TEAM + " is not among workloadSecrets");
  }

  @Test
  void aSecretThatTheRegistryRefusesIsNamedAndNeverQuoted() {
    rescue(
        secret -> new Known(new Login("team", "old-" + LOGIN.secret())),
        Workloads.unableToPull("acme/cache:1", TEAM));

    assertThat(refusal())
        .contains("with a login", "without a login")
        .endsWith("; the login was the secret " + TEAM + " of its definition");
    assertThat(allThatWasSaid()).doesNotContain(LOGIN.secret());
  }

  @Test
  void aCopyThatIsPutOffSaysWhoseLoginItHas() {
    milliseconds = 20_000; // What an invocation keeps to answer in.

    rescue(ALLOWED, Workloads.unableToPull("acme/cache:1", TEAM));

    assertThat(said.getLast())
        .startsWith("Later[")
        .contains("; the login was the secret " + TEAM + " of its definition");
  }

  private static Digest push(String repository, int seed) throws Exception {
    return new TestImage(HUB.endpoint(), repository)
        .manifest("1", "{}".getBytes(StandardCharsets.UTF_8), TestImage.noise(1000, seed));
  }

  /** Each request goes the way of its message. */
  private void rescue(WorkloadLogins logins, Container... containers) {
    var requests = new ArrayList<ReplicationRequest>();
    var event = Rescued.event("ecs/fargate-rate-limit.json");
    said.add(diagnose(event, requests, containers).work(event, Rescued.context(60_000)).toString());
    for (var request : requests) {
      var message = new Message("1", RequestMessage.of(request).body(), 1, null);
      said.add(message.body());
      said.add(replicate(logins).work(message, Rescued.context(milliseconds)).toString());
    }
  }

  private DiagnoseWorker diagnose(
      Message event, List<ReplicationRequest> requests, Container... containers) {
    var mirror = Rescued.MIRROR;
    return new DiagnoseWorker(
        Mode.RESCUE,
        new FailureReader(
            new BuildReader(id -> Optional.empty(), (log, span) -> new LogText.Absent("no log")),
            (cluster, task) -> Optional.of(Workloads.task(event, List.of(containers))),
            id -> Optional.empty()),
        new ReplicationPlanner(mirror),
        new Circumstances(mirror.account(), mirror.region(), null, mirror.prefixes().keySet()),
        requests::add,
        ears);
  }

  private ReplicateWorker replicate(WorkloadLogins logins) {
    var engine =
        new Replicator(
            Rescued.MIRROR,
            registries,
            repository -> false,
            registry -> Optional.<Login>empty(),
            new Limits(4, Limits.CUSTOMARY_BYTES));
    var copier = new TimedCopier(new CopyToOrder(engine, Platforms.ALL, logins));
    return new ReplicateWorker(copier, request -> {}, ears);
  }

  private String refusal() {
    return ears.heard.stream()
        .filter(Announcement.NotReplicated.class::isInstance)
        .map(it -> ((Announcement.NotReplicated) it).why())
        .reduce("", String::concat);
  }

  private String allThatWasSaid() {
    var events = ears.heard.stream().map(BusEvent::of).map(BusEvent::detail);
    return String.join("\n", said) + events.reduce("", String::concat);
  }
}
