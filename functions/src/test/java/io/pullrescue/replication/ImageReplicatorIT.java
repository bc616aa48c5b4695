package io.pullrescue.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.DockerRegistry;
import io.pullrescue.testing.TestImage;
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

/** Copies between two real registries, and compares digests with skopeo. */
class ImageReplicatorIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(
              Map.of("quay.io", HUB.endpoint(), MIRROR, ECR.endpoint())),
          RegistryClient.Options.withMaxConnectionsPerHost(16));
  private final ImageReplicator replicator =
      new ImageReplicator(
          new MirrorNaming(MIRROR, Map.of("quay.io", "quay")),
          registryClient,
          repository -> false,
          registry -> Optional.<RegistryCredentials>empty(),
          new CopyLimits(4, CopyLimits.DEFAULT_MAX_IMAGE_BYTES),
          ByteBudget.UNLIMITED);

  @AfterEach
  void close() throws IOException {
    registryClient.close();
  }

  @Test
  void copiesIndexAndChildrenByteForByte() throws Exception {
    var hub = new TestImage(HUB.endpoint(), "tools/odd");
    var shared = TestImage.randomBytes(300_000, 1);
    var amd64 =
        hub.pushManifest("", "{\"a\":1}".getBytes(UTF_8), shared, TestImage.randomBytes(70_001, 2));
    var arm64 = hub.pushManifest("", "{\"b\":1}".getBytes(UTF_8), shared, new byte[0]);
    var index = index(hub, amd64, arm64);
    var indexDigest = hub.putManifest("1.0", TestImage.INDEX, index);

    var result = replicate("quay.io/tools/odd:1.0");

    assertThat(result)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.mirroredImage().digest()).isEqualTo(indexDigest);
          assertThat(done.stats().manifests()).isEqualTo(3);
          assertThat(done.stats().rateLimitedRequests()).as("this registry has no limit").isZero();
          assertThat(done.stats().blobsCopied()).isEqualTo(5);
        });
    var ecr = new TestImage(ECR.endpoint(), "quay/tools/odd");
    assertThat(ecr.getManifest("1.0").body()).isEqualTo(index);
    assertThat(skopeoDigest(ECR, "quay/tools/odd:1.0")).isEqualTo(indexDigest);
    assertThat(ecr.getBlob(Digest.of(shared))).isEqualTo(shared);
  }

  @Test
  void makesNoRateLimitedRequestsWhenUpToDate() throws Exception {
    var hub = new TestImage(HUB.endpoint(), "tools/warm");
    hub.pushManifest("1.0", "{}".getBytes(UTF_8), TestImage.randomBytes(1000, 3));
    replicate("quay.io/tools/warm:1.0");

    var result = replicate("quay.io/tools/warm:1.0");

    assertThat(result)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.stats().rateLimitedRequests()).isZero();
          assertThat(done.stats().bytesCopied()).isZero();
          assertThat(done.source().registry()).isEqualTo(MIRROR);
        });
  }

  @Test
  void copiesJibImageWithSameDigestInSkopeo() throws Exception {
    var target = RegistryImage.named(HUB.hostAndPort() + "/tools/jib:2");
    Jib.fromScratch()
        .addLayer(List.of(Path.of("pom.xml")), "/app")
        .setEntrypoint("/app/run")
        .containerize(Containerizer.to(target).setAllowInsecureRegistries(true));

    assertThat(replicate("quay.io/tools/jib:2")).isInstanceOf(Replicated.class);

    assertThat(skopeoDigest(ECR, "quay/tools/jib:2")).isEqualTo(skopeoDigest(HUB, "tools/jib:2"));
  }

  @Test
  void reportsMissingImage() {
    assertThat(replicate("quay.io/tools/none:1.0"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("quay.io/tools/none:1.0", "no such image");
  }

  private ReplicationResult replicate(String image) {
    var deadline = Deadline.after(Duration.ofMinutes(1), InstantSource.system());
    return replicator.replicate(
        ImageReference.of(image), CopyOptions.DEFAULTS, deadline, CopyProgressListener.NONE);
  }

  private static byte[] index(TestImage hub, Digest... children) throws Exception {
    var list = new StringBuilder();
    for (var child : children) {
      list.append(list.isEmpty() ? "" : ",")
          .append(
              TestImage.descriptor(
                  TestImage.MANIFEST, child, hub.getManifest(child.value()).body().length));
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
                "docker://" + registry.hostAndPort() + "/" + image)
            .start();
    return Digest.of(skopeo.getInputStream().readAllBytes());
  }
}
