package io.pullrescue.registry;

import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;

/** Opens a blob at any byte of it. */
final class Download {
  private final Session session;
  private final Persistence persistence;
  private final Descriptor blob;

  Download(Session session, Persistence persistence, Descriptor blob) {
    this.session = session;
    this.persistence = persistence;
    this.blob = blob;
  }

  long size() {
    return blob.size();
  }

  /**
   * The answer whose body begins at this byte. The registry is asked anew each time, and not the
   * host that it redirected to last: signed addresses expire.
   */
  Answer from(long position) {
    var answer =
        persistence.get(() -> {
          var call = Call.of("GET", session.address("blobs/" + blob.digest()));
          var ranged = position == 0 ? call : call.with("Range", "bytes=" + position + "-");
          var sent = session.send(ranged);
          if (!sent.isSuccess()) {
            throw Refusal.of(session.what("pulling", blob.digest().value()), sent);
          }
          return sent;
        });
    if (!begins(answer, position)) {
      answer.discard();
      throw refused("the blob was cut and the registry does not go on where it was cut");
    }
    return answer;
  }

  private static boolean begins(Answer answer, long position) {
    return position == 0
        ? answer.status() == 200
        : answer.status() == 206
            && answer
                .header("Content-Range")
                .filter(range -> range.strip().startsWith("bytes " + position + "-"))
                .isPresent();
  }

  RegistryRefused refused(String why) {
    return new RegistryRefused(
        Reason.UNREACHABLE, session.what("pulling", blob.digest().value()) + ": " + why);
  }
}
