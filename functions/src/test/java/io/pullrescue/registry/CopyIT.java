package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.Replicator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From one real registry to another, with skopeo as the witness. */
class CopyIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  private final HttpRegistries registries =
      new HttpRegistries(
          Network.local(Map.of("quay.io", HUB.endpoint(), MIRROR, ECR.endpoint())), 16);
  private final Replicator replicator =
      new Replicator(
          new Mirror(MIRROR, Map.of("quay.io", "quay")),
          registries,
          repository -> false,
          registry -> Optional.<Login>empty(),
          new Limits(4, Limits.CUSTOMARY_BYTES));

  @AfterEach
  void close() throws IOException {
    registries.close();
  }

  @Test
  void copiesAnIndexWithAllItsChildrenByteForByte() throws Exception {
    var hub = new TestImage(HUB.endpoint(), "tools/odd");
    var shared = TestImage.noise(300_000, 1);
    var amd64 = hub.manifest("", "{\"a\":1}".getBytes(UTF_8), shared, TestImage.noise(70_001, 2));
    var arm64 = hub.manifest("", "{\"b\":1}".getBytes(UTF_8), shared, new byte[0]);
    var index = index(hub, amd64, arm64);
    var top = hub.put("1.0", TestImage.INDEX, index);

    var result = replicate("quay.io/tools/odd:1.0");

    assertThat(result)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.copy().digest()).isEqualTo(top);
          assertThat(done.tally().manifests()).isEqualTo(3);
          assertThat(done.tally().counted()).isEqualTo(3);
          assertThat(done.tally().blobsMoved()).isEqualTo(5);
        });
    var ecr = new TestImage(ECR.endpoint(), "quay/tools/odd");
    assertThat(ecr.manifest("1.0").body()).isEqualTo(index);
    assertThat(skopeoDigest(ECR, "quay/tools/odd:1.0")).isEqualTo(top);
    assertThat(ecr.blob(Digest.of(shared))).isEqualTo(shared);
  }

  @Test
  void asksUpstreamForNothingThatCountsWhenTheMirrorIsUpToDate() throws Exception {
    var hub = new TestImage(HUB.endpoint(), "tools/warm");
    hub.manifest("1.0", "{}".getBytes(UTF_8), TestImage.noise(1000, 3));
    replicate("quay.io/tools/warm:1.0");

    var again = replicate("quay.io/tools/warm:1.0");

    assertThat(again)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.tally().counted()).isZero();
          assertThat(done.tally().bytes()).isZero();
          assertThat(done.source().registry()).isEqualTo(MIRROR);
        });
  }

  @Test
  void copiesWhatJibBuiltSoThatSkopeoFindsTheSame() throws Exception {
    var target = RegistryImage.named(HUB.address() + "/tools/jib:2");
    Jib.fromScratch()
        .addLayer(List.of(Path.of("pom.xml")), "/app")
        .setEntrypoint("/app/run")
        .containerize(Containerizer.to(target).setAllowInsecureRegistries(true));

    assertThat(replicate("quay.io/tools/jib:2")).isInstanceOf(Replicated.class);

    assertThat(skopeoDigest(ECR, "quay/tools/jib:2")).isEqualTo(skopeoDigest(HUB, "tools/jib:2"));
  }

  @Test
  void saysThatThereIsNoSuchImage() {
    assertThat(replicate("quay.io/tools/none:1.0"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("quay.io/tools/none:1.0", "no such image");
  }

  private Replication replicate(String image) {
    var deadline = Deadline.in(Duration.ofMinutes(1), InstantSource.system());
    return replicator.replicate(ImageReference.of(image), deadline, Progress.SILENT);
  }

  private static byte[] index(TestImage hub, Digest... children) throws Exception {
    var list = new StringBuilder();
    for (var child : children) {
      list.append(list.isEmpty() ? "" : ",")
          .append(
              TestImage.descriptor(
                  TestImage.MANIFEST, child, hub.manifest(child.value()).body().length));
    }
    return "{\"manifests\" :\n[%s],  \"schemaVersion\":2,\"mediaType\":\"%s\"}"
        .formatted(list, TestImage.INDEX)
        .getBytes(UTF_8);
  }

  private static Digest skopeoDigest(DockerRegistry registry, String image) throws Exception {
    var skopeo =
        new ProcessBuilder(
                "skopeo",
                "inspect",
                "--raw",
                "--tls-verify=false",
                "docker://" + registry.address() + "/" + image)
            .start();
    return Digest.of(skopeo.getInputStream().readAllBytes());
  }
}
