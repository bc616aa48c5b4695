package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Set;

/**
 * A manifest or index, as the very bytes that its digest is of.
 *
 * <p>The bytes are read to learn what they refer to, and never written anew: white space, order and
 * fields that nobody knows are part of the digest.
 */
public final class Manifest {
  /** Amazon ECR takes manifests of up to 4 MiB, as does everybody else. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final Set<String> SCHEMA_1 =
      Set.of(
          "application/vnd.docker.distribution.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws");

  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;
  private final References references;

  /**
   * Reads the bytes; throws {@link RegistryException} where this is no manifest that can be copied.
   *
   * @param mediaType as the registry named it in {@code Content-Type}
   */
  Manifest(byte[] bytes, String mediaType) {
    this.bytes = bytes.clone();
    this.digest = Digest.of(bytes);
    var parser = ManifestParser.parse(this.bytes);
    if (SCHEMA_1.contains(mediaType) || parser.isSchema1()) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the manifest is Docker schema 1, which registries no longer take; push the image again"
              + " with a Docker from 2017 or later, then it can be copied");
    }
    this.mediaType = parser.mediaType(mediaType);
    this.references = parser.references();
  }

  /** The media type to store it under. */
  String mediaType() {
    return mediaType;
  }

  /** The digest of the bytes. */
  public Digest digest() {
    return digest;
  }

  /** The bytes, as a copy. */
  byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes. */
  public int size() {
    return bytes.length;
  }

  /** The manifests that it refers to. */
  public List<Descriptor> children() {
    return references.manifests();
  }

  public List<Descriptor> blobs() {
    return references.blobs();
  }

  /** This manifest, where it is the one that was asked for. */
  public Manifest requireDigest(Digest expected) {
    if (!digest.equals(expected)) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the manifest that was sent is " + digest + " and not " + expected + " as asked for");
    }
    return this;
  }

  /** For messages. */
  @Override
  public String toString() {
    return TextSanitizer.sanitize(mediaType) + " " + digest.shortForm();
  }

  /** What a manifest refers to: other manifests, and blobs. */
  record References(List<Descriptor> manifests, List<Descriptor> blobs) {
    References {
      manifests = List.copyOf(manifests);
      blobs = List.copyOf(blobs);
    }
  }
}
