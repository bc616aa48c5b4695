package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/**
 * Verifies the size and digest of a blob while it is read.
 *
 * <p>The last bytes are withheld until the digest is verified, so that an upload of other content
 * can never complete.
 */
final class DigestVerifyingInputStream extends FilterInputStream {
  private final Descriptor blob;
  private final Deadline deadline;
  private final LongConsumer byteCounter;
  private final MessageDigest messageDigest = Digest.newSha256();
  private long bytesRead;
  private boolean verified;

  /**
   * Creates a stream.
   *
   * @param deadline after which reading fails
   * @param byteCounter receives the number of bytes of each read
   */
  DigestVerifyingInputStream(
      InputStream in, Descriptor blob, Deadline deadline, LongConsumer byteCounter) {
    super(in);
    this.blob = blob;
    this.deadline = deadline;
    this.byteCounter = byteCounter;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (deadline.isExpired()) {
      throw new RegistryException(
          Reason.DEADLINE_EXCEEDED, "the deadline passed while blobs were copied");
    }
    var count = in.read(buffer, offset, length);
    if (count > 0) {
      messageDigest.update(buffer, offset, count);
      bytesRead += count;
      byteCounter.accept(count);
    }
    if (bytesRead > blob.size() || (count < 0 && bytesRead < blob.size())) {
      throw invalid(
          "blob %s does not have the %d bytes of its descriptor"
              .formatted(blob.digest(), blob.size()));
    }
    if (bytesRead == blob.size() && !verified) {
      verifyDigest();
    }
    return count;
  }

  private void verifyDigest() {
    var received = Digest.fromHash(messageDigest.digest());
    if (!received.equals(blob.digest())) {
      throw invalid(
          "the registry returned content with the digest %s for blob %s"
              .formatted(received, blob.digest()));
    }
    verified = true;
  }

  private static RegistryException invalid(String message) {
    return RegistryException.ofDamagedResponse(message);
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("a blob cannot be verified if bytes are skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
