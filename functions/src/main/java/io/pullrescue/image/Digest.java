package io.pullrescue.image;

import io.pullrescue.text.TextSanitizer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The content address of a manifest or blob: {@code sha256:} and 64 lower-case hexadecimal digits.
 *
 * <p>Other algorithms of the OCI image specification (section "Digests") are rejected: neither
 * Docker Hub nor Amazon ECR serves them.
 */
public record Digest(String value) {
  private static final Pattern SHA256_PATTERN = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Throws {@link IllegalArgumentException} if the value is not a sha256 digest. */
  public Digest {
    if (!SHA256_PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException("not a sha256 digest: " + TextSanitizer.sanitize(value));
    }
  }

  /** Parses any text; empty if it is not a sha256 digest. */
  public static Optional<Digest> parse(String text) {
    return SHA256_PATTERN.matcher(text).matches()
        ? Optional.of(new Digest(text))
        : Optional.empty();
  }

  /** Computes the digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return fromHash(newSha256().digest(bytes));
  }

  /** Returns the digest with these 32 raw bytes, the result of {@link #newSha256()}. */
  public static Digest fromHash(byte[] hash) {
    return new Digest("sha256:" + HexFormat.of().formatHex(hash));
  }

  /** Creates a SHA-256 computation with the preferred security provider. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns the 64 hexadecimal digits without the algorithm. */
  public String hex() {
    return value.substring("sha256:".length());
  }

  /** Returns the digest with its first twelve digits only, for display. */
  public String shortForm() {
    return "sha256:" + hex().substring(0, 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
