package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorAccess;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.testing.MotoServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecr.EcrClient;

/** The tags of the mirror, with the AWS APIs of moto. */
class EcrTagInventoryIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  private final EcrClient ecr = MOTO.client(EcrClient.builder());

  @Test
  void listsTagsOfManagedRepositoriesOnly() {
    var manager =
        new EcrMirrorRepositoryManager(
            ecr,
            "123456789012",
            "us-east-1",
            MirrorAccess.NONE,
            new PullThroughCacheRules(
                ecr, "123456789012.dkr.ecr.us-east-1.amazonaws.com", List.of()),
            90,
            "");
    manager.createIfAbsent("docker-hub/library/ruby");
    manager.createIfAbsent("quay/prometheus/node");
    manager.createIfAbsent("shop/not-below-a-prefix");
    ecr.createRepository(request -> request.repositoryName("docker-hub/library/cached"));
    for (var number = 0; number < 130; number++) {
      put("docker-hub/library/ruby", "v" + number, number);
    }
    put("quay/prometheus/node", "v1", 1);
    put("quay/prometheus/node", "latest", 1);
    put("shop/not-below-a-prefix", "1", 2);
    put("docker-hub/library/cached", "1", 3);

    var tags =
        new EcrTagInventory(ecr, new MirrorNaming(MIRROR, MirrorNaming.DEFAULT_PREFIXES))
            .listTags();

    assertThat(tags).extracting(MirroredTag::pulled).containsOnly(false);
    assertThat(tags)
        .extracting(tag -> tag.reference().toString())
        .hasSize(132)
        .contains(
            MIRROR + "/docker-hub/library/ruby:v129",
            MIRROR + "/quay/prometheus/node:v1",
            MIRROR + "/quay/prometheus/node:latest")
        .noneMatch(name -> name.contains("cached") || name.contains("shop"));
  }

  private void put(String repository, String tag, int content) {
    var manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": {"size": %d}, "layers": []}\
        """
            .formatted(content);
    ecr.putImage(
        request -> request.repositoryName(repository).imageTag(tag).imageManifest(manifest));
  }
}
