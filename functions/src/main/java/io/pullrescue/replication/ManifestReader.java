package io.pullrescue.replication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.image.Printable;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the JSON of a manifest says, whatever kind of manifest it is.
 *
 * <p>Docker's and OCI's manifests, indexes and artifacts name what they refer to in the same few
 * fields; a kind that is not known yet most likely will too.
 */
final class ManifestReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private ManifestReader(JsonNode root) {
    this.root = root;
  }

  static ManifestReader read(byte[] bytes) {
    try {
      var root = JSON.readTree(bytes);
      if (root.isObject()) {
        return new ManifestReader(root);
      }
    } catch (IOException notJson) {
      throw new RegistryRefused(Reason.UNFIT, "the manifest is not JSON", notJson);
    }
    throw new RegistryRefused(Reason.UNFIT, "the manifest is not a JSON object");
  }

  boolean isSchema1() {
    return root.path("schemaVersion").asInt() == 1 || root.has("fsLayers");
  }

  /** The type that the manifest claims for itself; else the type that came with it. */
  String mediaType(String received) {
    var claimed = root.path("mediaType").asText("");
    if (claimed.isEmpty()) {
      return received;
    }
    if (isManifestType(received) && !received.equals(claimed)) {
      throw new RegistryRefused(
          Reason.UNFIT,
          "the registry calls the manifest %s and the manifest calls itself %s"
              .formatted(Printable.of(received), Printable.of(claimed)));
    }
    return claimed;
  }

  private static boolean isManifestType(String mediaType) {
    return mediaType.startsWith("application/vnd.");
  }

  Manifest.References references() {
    var blobs =
        Stream.of(List.of(root.path("config")), root.path("layers"), root.path("blobs"))
            .flatMap(nodes -> descriptors(nodes).stream())
            .toList();
    return new Manifest.References(descriptors(root.path("manifests")), blobs);
  }

  private static List<Descriptor> descriptors(Iterable<JsonNode> nodes) {
    var found = new ArrayList<Descriptor>();
    for (var node : nodes) {
      if (node.isObject()) {
        found.add(descriptor(node));
      }
    }
    return found;
  }

  private static Descriptor descriptor(JsonNode node) {
    var text = node.path("digest").asText("");
    var digest =
        Digest.parse(text)
            .orElseThrow(() ->
                new RegistryRefused(
                    Reason.UNFIT,
                    "the manifest refers to '" + Printable.of(text) + "', which is no sha256"));
    var size = node.path("size");
    if (!size.canConvertToLong() || size.asLong() < 0) {
      throw new RegistryRefused(
          Reason.UNFIT, "the manifest does not say how large " + text + " is");
    }
    return new Descriptor(node.path("mediaType").asText(""), digest, size.asLong());
  }
}
