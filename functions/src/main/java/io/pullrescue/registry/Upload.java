package io.pullrescue.registry;

import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.InputStream;
import java.net.URI;
import java.util.function.Supplier;

/**
 * One upload in two requests: POST opens a session, one PUT streams the whole blob into it.
 *
 * <p>Never in chunks: Amazon ECR answers 201 to a chunk and loses the next. Never resumed either: a
 * session that was cut is gone, so a failed upload starts with a new one.
 *
 * @see <a href="https://github.com/aws/containers-roadmap/issues/2831">Chunked uploads on ECR</a>
 */
final class Upload {
  private final Session session;

  Upload(Session session) {
    this.session = session;
  }

  void run(Descriptor blob, Supplier<InputStream> content) {
    try (var opening = new Opening(content)) {
      var address = completing(blob);
      var body = new BlobEntity(opening.stream(), blob.size());
      finish(blob, session.sendOnly(Call.of("PUT", address).with(body)));
    }
  }

  private void finish(Descriptor blob, Answer answer) {
    if (answer.isSuccess()) {
      answer.close();
      return;
    }
    throw again(Refusal.of(session.what("uploading", blob.digest().value()), answer));
  }

  /** The session's address; it must be the registry's own, because our authorization goes there. */
  private URI completing(Descriptor blob) {
    var answer = session.sendOnly(Call.of("POST", session.address("blobs/uploads/")));
    if (answer.status() != 202 && answer.status() != 201) {
      throw Refusal.of(session.what("opening an upload to", blob.digest().value()), answer);
    }
    try (answer) {
      var location = Transport.location(answer);
      if (!Network.sameOrigin(location, session.registry())) {
        throw new RegistryRefused(
            Reason.UNFIT, session.host() + " wants the blob uploaded to another host");
      }
      var text = location.toString();
      return URI.create(text + (text.indexOf('?') < 0 ? "?" : "&") + "digest=" + blob.digest());
    }
  }

  /** What went wrong with a session may go right with the next. */
  private static RegistryRefused again(RegistryRefused refused) {
    return refused.isTemporary()
        ? refused
        : new RegistryRefused(Reason.UNREACHABLE, String.valueOf(refused.getMessage()), refused);
  }
}
