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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a manifest or index, with exactly the bytes that its digest was computed from.
 *
 * <p>The bytes are parsed to find descriptors and never serialized again: white space, field order
 * and unknown fields are part of the digest. Docker and OCI manifests, indexes and artifacts keep
 * their descriptors in the same few fields, so that the media type does not matter.
 */
public final class Manifest {
  /** The limit of Amazon ECR, in bytes. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

  private static final Set<String> SCHEMA_1 =
      Set.of(
          "application/vnd.docker.distribution.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws");

  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;
  private final List<Descriptor> children;
  private final List<Descriptor> blobs;

  /**
   * Parses the bytes; throws a {@link RegistryException} if this is not a manifest that can be
   * copied.
   *
   * @param contentType the media type in the registry's response
   */
  Manifest(byte[] bytes, String contentType) {
    this.bytes = bytes.clone();
    this.digest = Digest.of(bytes);
    var root = parseObject(bytes);
    if (SCHEMA_1.contains(contentType) || isSchema1(root)) {
      throw invalid(
          "the manifest has the format Docker schema 1, which registries no longer accept;"
              + " push the image again with Docker 17.06 or later");
    }
    this.mediaType = mediaType(root, contentType);
    this.children = descriptors(root.path("manifests"));
    this.blobs =
        Stream.of(List.of(root.path("config")), root.path("layers"), root.path("blobs"))
            .flatMap(nodes -> descriptors(nodes).stream())
            .toList();
  }

  private static JsonNode parseObject(byte[] bytes) {
    try {
      var root = JSON.readTree(bytes);
      if (root.isObject()) {
        return root;
      }
    } catch (IOException notJson) {
      // The cause is left out: its message quotes the response.
      throw invalid("the manifest is not valid JSON");
    }
    throw invalid("the manifest is not a JSON object");
  }

  private static boolean isSchema1(JsonNode root) {
    return root.path("schemaVersion").asInt() == 1 || root.has("fsLayers");
  }

  /** The manifest's own media type has precedence over the Content-Type. */
  private static String mediaType(JsonNode root, String contentType) {
    var declared = root.path("mediaType").asText("");
    var mediaType = declared.isEmpty() ? contentType : declared;
    if (!MEDIA_TYPE.matcher(mediaType).matches()) {
      throw invalid("invalid manifest media type '" + TextSanitizer.sanitize(mediaType) + "'");
    }
    if (contentType.startsWith("application/vnd.") && !contentType.equals(mediaType)) {
      throw invalid(
          "the registry returned the manifest as %s, but its mediaType is %s"
              .formatted(TextSanitizer.sanitize(contentType), mediaType));
    }
    return mediaType;
  }

  private static List<Descriptor> descriptors(Iterable<JsonNode> nodes) {
    var found = new ArrayList<Descriptor>();
    for (var node : nodes) {
      if (node.isObject()) {
        found.add(descriptor(node));
      }
    }
    return List.copyOf(found);
  }

  private static Descriptor descriptor(JsonNode node) {
    var text = node.path("digest").asText("");
    var digest =
        Digest.parse(text)
            .orElseThrow(() ->
                invalid(
                    "the manifest refers to '%s', which is not a sha256 digest"
                        .formatted(TextSanitizer.sanitize(text))));
    var size = node.path("size");
    if (!size.canConvertToLong() || size.asLong() < 0) {
      throw invalid("the manifest has no valid size for " + text);
    }
    return new Descriptor(node.path("mediaType").asText(""), digest, size.asLong(), platform(node));
  }

  /** Attestations have the platform {@code unknown/unknown}. */
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

  private static RegistryException invalid(String message) {
    return new RegistryException(Reason.INVALID_RESPONSE, message);
  }

  String mediaType() {
    return mediaType;
  }

  /** Returns the digest of the bytes. */
  public Digest digest() {
    return digest;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the number of bytes. */
  public int size() {
    return bytes.length;
  }

  /** Returns the manifests that an index refers to. */
  public List<Descriptor> children() {
    return children;
  }

  /** Returns the configuration and the layers. */
  public List<Descriptor> blobs() {
    return blobs;
  }

  /** Returns this manifest if it has the expected digest; throws otherwise. */
  public Manifest requireDigest(Digest expected) {
    if (!digest.equals(expected)) {
      throw invalid("the registry returned manifest %s instead of %s".formatted(digest, expected));
    }
    return this;
  }

  /** Returns the media type and the short digest, for messages. */
  @Override
  public String toString() {
    return TextSanitizer.sanitize(mediaType) + " " + digest.shortForm();
  }
}
