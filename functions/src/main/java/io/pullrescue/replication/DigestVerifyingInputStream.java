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

/**
 * The bytes of a blob, hashed and counted while they pass; the last of them is not let through
 * where they are not the blob that was asked for, so that a lie can never be completed.
 */
final class DigestVerifyingInputStream extends FilterInputStream {
  private final Descriptor blob;
  private final BlobTransfer transfer;
  private final Deadline deadline;
  private final MessageDigest messageDigest = Digest.newSha256();
  private long bytesRead;
  private boolean verified;

  DigestVerifyingInputStream(InputStream in, BlobTransfer transfer, Deadline deadline) {
    super(in);
    this.blob = transfer.blob();
    this.transfer = transfer;
    this.deadline = deadline;
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
          Reason.DEADLINE_EXCEEDED, "the time was up while blobs were moving");
    }
    var count = in.read(buffer, offset, length);
    if (count > 0) {
      messageDigest.update(buffer, offset, count);
      bytesRead += count;
      transfer.onBytesCopied(count);
    }
    if (bytesRead > blob.size() || (count < 0 && bytesRead < blob.size())) {
      throw invalid("has another size than the " + blob.size() + " bytes of its descriptor");
    }
    if (bytesRead == blob.size() && !verified) {
      verifyDigest();
    }
    return count;
  }

  private void verifyDigest() {
    var received = Digest.fromHash(messageDigest.digest());
    if (!received.equals(blob.digest())) {
      throw invalid("is " + received + " by its bytes");
    }
    verified = true;
  }

  private RegistryException invalid(String problem) {
    return new RegistryException(
        Reason.INVALID_RESPONSE, "the blob " + blob.digest() + " " + problem);
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("a blob that is skipped over cannot be verified");
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
