package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

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
    var parsed = ManifestParser.parse(bytes);
    if (SCHEMA_1.contains(contentType) || parsed.isSchema1()) {
      throw invalid(
          "the manifest has the format Docker schema 1, which registries no longer accept;"
              + " push the image again with Docker 17.06 or later");
    }
    this.mediaType = mediaType(parsed.mediaType(), contentType);
    this.children = parsed.children();
    this.blobs = parsed.blobs();
  }

  /** The manifest's own media type has precedence over the Content-Type. */
  private static String mediaType(String declared, String contentType) {
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
    requireDigest(expected, digest);
    return this;
  }

  /** Throws if the bytes do not have the expected digest. */
  static void requireDigest(Digest expected, byte[] bytes) {
    requireDigest(expected, Digest.of(bytes));
  }

  private static void requireDigest(Digest expected, Digest received) {
    if (!received.equals(expected)) {
      throw RegistryException.ofDamagedResponse(
          "the registry returned manifest %s instead of %s".formatted(received, expected));
    }
  }

  /** Returns the number of descriptors of children and blobs. */
  public int descriptorCount() {
    return children.size() + blobs.size();
  }

  /** Returns the media type and the short digest, for messages. */
  @Override
  public String toString() {
    return TextSanitizer.sanitize(mediaType) + " " + digest.shortForm();
  }
}
