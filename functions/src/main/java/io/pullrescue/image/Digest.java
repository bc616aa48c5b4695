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
 * <p>Other algorithms of the OCI image specification (section "Digests") are refused: neither
 * Docker Hub nor Amazon ECR serves them.
 */
public record Digest(String value) {
  private static final Pattern SHA256_PATTERN = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Throws {@link IllegalArgumentException} where the text is not a sha256 digest. */
  public Digest {
    if (!SHA256_PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException("not a sha256 digest: " + TextSanitizer.sanitize(value));
    }
  }

  /** Reads a digest from text that may be anything; empty where it is not a sha256 digest. */
  public static Optional<Digest> parse(String text) {
    return SHA256_PATTERN.matcher(text).matches()
        ? Optional.of(new Digest(text))
        : Optional.empty();
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return fromHash(newSha256().digest(bytes));
  }

  /** The digest whose 32 raw bytes these are, as {@link #newSha256()} ends with. */
  public static Digest fromHash(byte[] hash) {
    return new Digest("sha256:" + HexFormat.of().formatHex(hash));
  }

  /** A fresh SHA-256, from whichever security provider stands first. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** The 64 hexadecimal digits alone. */
  public String hex() {
    return value.substring("sha256:".length());
  }

  /** The first twelve digits, as docker prints an image ID: for people, never for machines. */
  public String shortForm() {
    return "sha256:" + hex().substring(0, 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
