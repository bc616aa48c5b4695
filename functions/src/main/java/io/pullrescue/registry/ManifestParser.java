package io.pullrescue.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON of a manifest says, whatever kind of manifest it is.
 *
 * <p>Docker's and OCI's manifests, indexes and artifacts name what they refer to in the same few
 * fields; a kind that is not known yet most likely will too.
 */
final class ManifestParser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

  private final JsonNode root;

  private ManifestParser(JsonNode root) {
    this.root = root;
  }

  static ManifestParser parse(byte[] bytes) {
    try {
      var root = JSON.readTree(bytes);
      if (root.isObject()) {
        return new ManifestParser(root);
      }
    } catch (IOException notJson) {
      throw new RegistryException(Reason.INVALID_RESPONSE, "the manifest is not JSON", notJson);
    }
    throw new RegistryException(Reason.INVALID_RESPONSE, "the manifest is not a JSON object");
  }

  boolean isSchema1() {
    return root.path("schemaVersion").asInt() == 1 || root.has("fsLayers");
  }

  /** The type that the manifest claims for itself; else the type that came with it. */
  String mediaType(String contentType) {
    var declared = root.path("mediaType").asText("");
    var mediaType = declared.isEmpty() ? contentType : declared;
    if (!MEDIA_TYPE.matcher(mediaType).matches()) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the manifest is of no media type: '" + TextSanitizer.sanitize(mediaType) + "'");
    }
    if (isManifestType(contentType) && !contentType.equals(mediaType)) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the registry calls the manifest %s and the manifest calls itself %s"
              .formatted(TextSanitizer.sanitize(contentType), mediaType));
    }
    return mediaType;
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
                new RegistryException(
                    Reason.INVALID_RESPONSE,
                    "the manifest refers to '"
                        + TextSanitizer.sanitize(text)
                        + "', which is no sha256"));
    var size = node.path("size");
    if (!size.canConvertToLong() || size.asLong() < 0) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE, "the manifest does not say how large " + text + " is");
    }
    return new Descriptor(node.path("mediaType").asText(""), digest, size.asLong(), platform(node));
  }

  /** What an index says its child runs on; attestations say {@code unknown/unknown}. */
  private static @Nullable Platform platform(JsonNode node) {
    var platform = node.path("platform");
    if (!platform.isObject()) {
      return null;
    }
    var variant = platform.path("variant").asText("");
    return new Platform(
        platform.path("os").asText(""),
        platform.path("architecture").asText(""),
        variant.isEmpty() ? null : variant);
  }
}
