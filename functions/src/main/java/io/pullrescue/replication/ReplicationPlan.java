package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a diagnosis. */
public sealed interface ReplicationPlan {
  /** The same plan, for work that runs on this platform; null where nobody can tell. */
  default ReplicationPlan on(@Nullable Platform platform) {
    return switch (this) {
      case Replicate it ->
          new Replicate(it.requests().stream().map(request -> request.on(platform)).toList());
      case ReportOnly it -> it;
    };
  }

  /** The same plan, with this secret to log in with for this image and for no other. */
  default ReplicationPlan with(@Nullable String secret, @Nullable ImageReference its) {
    return switch (this) {
      case Replicate it ->
          new Replicate(
              it.requests().stream()
                  .map(request -> request.image().equals(its) ? request.with(secret) : request)
                  .toList());
      case ReportOnly it -> it;
    };
  }

  /** These images are to be copied, one request each. */
  record Replicate(List<ReplicationRequest> requests) implements ReplicationPlan {
    /** Copies the list, so that a plan never changes. */
    public Replicate {
      requests = List.copyOf(requests);
    }
  }

  /** A copy would not help, or is not allowed; {@code why} says so to people. */
  record ReportOnly(String why) implements ReplicationPlan {}
}
