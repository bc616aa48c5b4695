package io.pullrescue.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the descriptors of a manifest without building a tree of it, and stops at the limit.
 *
 * <p>Of fields that occur twice, the last one counts, as in Go, which registries are written in.
 */
final class ManifestParser {
  /**
   * Far more than any image needs: Docker runs images of up to 127 layers, and an index has a few
   * manifests for each platform. A manifest of the maximum size may have 37,000.
   *
   * @see <a href="https://github.com/docker/docs/issues/8230">Maximum number of layers</a>
   */
  static final int MAX_DESCRIPTORS = 2000;

  /** Names are not interned, because there may be as many different ones as the author likes. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final JsonParser json;
  private int descriptorCount;
  private boolean isSchema1;
  private String mediaType = "";
  private List<Descriptor> config = List.of();
  private List<Descriptor> layers = List.of();
  private List<Descriptor> artifactBlobs = List.of();
  private List<Descriptor> children = List.of();

  /** Creates a parser that is at the beginning of a manifest. */
  ManifestParser(JsonParser json) {
    this.json = json;
  }

  /** Parses the bytes; throws a {@link RegistryException} if they are not a manifest. */
  static ManifestParser parse(byte[] bytes) {
    try (var json = JSON.createParser(bytes)) {
      return new ManifestParser(json).parse();
    } catch (IOException notJson) {
      // The cause is left out: its message quotes the response.
      throw RegistryException.ofDamagedResponse("the manifest is not valid JSON");
    }
  }

  ManifestParser parse() throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("the manifest is not a JSON object");
    }
    while (nextField()) {
      switch (json.currentName()) {
        case "schemaVersion" -> isSchema1 |= valueOf(json.nextToken()).equals("1");
        case "fsLayers" -> {
          isSchema1 = true;
          skipValue();
        }
        case "mediaType" -> mediaType = valueOf(json.nextToken());
        case "config" -> config = config();
        case "layers" -> layers = descriptors("layers");
        case "blobs" -> artifactBlobs = descriptors("blobs");
        case "manifests" -> children = descriptors("manifests");
        default -> skipValue();
      }
    }
    return this;
  }

  /** Moves to the next field of the current object; false at its end. */
  private boolean nextField() throws IOException {
    var token = json.nextToken();
    if (token == null) {
      throw RegistryException.ofDamagedResponse("the manifest is not valid JSON");
    }
    return token == JsonToken.FIELD_NAME;
  }

  private void skipValue() throws IOException {
    json.nextToken();
    json.skipChildren();
  }

  private String valueOf(JsonToken token) throws IOException {
    if (token.isScalarValue()) {
      return token == JsonToken.VALUE_NULL ? "" : json.getText();
    }
    json.skipChildren();
    return "";
  }

  private List<Descriptor> config() throws IOException {
    if (json.nextToken() == JsonToken.START_OBJECT) {
      return List.of(descriptor());
    }
    json.skipChildren();
    return List.of();
  }

  private List<Descriptor> descriptors(String field) throws IOException {
    var token = json.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return List.of();
    }
    if (token != JsonToken.START_ARRAY) {
      throw invalid("the field " + field + " of the manifest is not a list");
    }
    var found = new ArrayList<Descriptor>();
    for (var item = json.nextToken(); item != JsonToken.END_ARRAY; item = json.nextToken()) {
      if (item == null) {
        throw RegistryException.ofDamagedResponse("the manifest is not valid JSON");
      }
      if (item == JsonToken.START_OBJECT) {
        found.add(descriptor());
      } else {
        json.skipChildren();
      }
    }
    return List.copyOf(found);
  }

  private Descriptor descriptor() throws IOException {
    descriptorCount++;
    if (descriptorCount > MAX_DESCRIPTORS) {
      throw invalid(
          "a manifest of the image refers to more than %,d blobs or manifests, which is the limit"
              .formatted(MAX_DESCRIPTORS));
    }
    var type = "";
    var digest = "";
    var size = -1L;
    Platform platform = null;
    while (nextField()) {
      switch (json.currentName()) {
        case "mediaType" -> type = valueOf(json.nextToken());
        case "digest" -> digest = valueOf(json.nextToken());
        case "size" -> size = size();
        case "platform" -> platform = platform();
        default -> skipValue();
      }
    }
    if (Digest.parse(digest).isEmpty()) {
      throw invalid(
          "the manifest refers to '%s', which is not a sha256 digest"
              .formatted(TextSanitizer.sanitize(digest)));
    }
    if (size < 0) {
      throw invalid("the manifest has no valid size for " + digest);
    }
    return new Descriptor(type, new Digest(digest), size, platform);
  }

  /** Returns -1 if this is not an integer of 64 bits. */
  private long size() throws IOException {
    if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
      json.skipChildren();
      return -1;
    }
    return json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue();
  }

  /** Attestations have the platform {@code unknown/unknown}. */
  private @Nullable Platform platform() throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    var os = "";
    var architecture = "";
    var variant = "";
    while (nextField()) {
      switch (json.currentName()) {
        case "os" -> os = valueOf(json.nextToken());
        case "architecture" -> architecture = valueOf(json.nextToken());
        case "variant" -> variant = valueOf(json.nextToken());
        default -> skipValue();
      }
    }
    return new Platform(os, architecture, variant.isEmpty() ? null : variant);
  }

  private static RegistryException invalid(String message) {
    return new RegistryException(Reason.INVALID_RESPONSE, message);
  }

  /** Returns whether this is a manifest of the format Docker schema 1. */
  boolean isSchema1() {
    return isSchema1;
  }

  /** Returns the media type that the manifest declares; empty if it declares none. */
  String mediaType() {
    return mediaType;
  }

  List<Descriptor> children() {
    return children;
  }

  /** Returns the configuration and the layers, or the blobs of an artifact. */
  List<Descriptor> blobs() {
    return Stream.of(config, layers, artifactBlobs).flatMap(List::stream).toList();
  }

  /** Returns the number of descriptors that were parsed, including those of repeated fields. */
  int descriptorCount() {
    return descriptorCount;
  }
}
