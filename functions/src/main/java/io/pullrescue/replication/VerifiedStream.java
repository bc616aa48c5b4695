package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The bytes of a blob, hashed and counted while they pass; the last of them is not let through
 * where they are not the blob that was asked for, so that a lie can never be completed.
 */
final class VerifiedStream extends FilterInputStream {
  private final Descriptor blob;
  private final Passage passage;
  private final Deadline deadline;
  private final MessageDigest hash = Digest.sha256();
  private long passed;
  private boolean verified;

  VerifiedStream(InputStream in, Passage passage, Deadline deadline) {
    super(in);
    this.blob = passage.blob();
    this.passage = passage;
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (deadline.hasPassed()) {
      throw new RegistryRefused(Reason.OUT_OF_TIME, "the time was up while blobs were moving");
    }
    var count = in.read(buffer, offset, length);
    if (count > 0) {
      hash.update(buffer, offset, count);
      passed += count;
      passage.moved(count);
    }
    if (passed > blob.size() || (count < 0 && passed < blob.size())) {
      throw unfit("has another size than the " + blob.size() + " bytes of its descriptor");
    }
    if (passed == blob.size() && !verified) {
      check();
    }
    return count;
  }

  private void check() {
    var received = Digest.ofSha256(hash.digest());
    if (!received.equals(blob.digest())) {
      throw unfit("is " + received + " by its bytes");
    }
    verified = true;
  }

  private RegistryRefused unfit(String lie) {
    return new RegistryRefused(Reason.UNFIT, "the blob " + blob.digest() + " " + lie);
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
