package io.pullrescue.replication.request;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a diagnosis. */
public sealed interface ReplicationPlan {
  /** The same plan, for work that runs on this platform; null where nobody can tell. */
  default ReplicationPlan forPlatform(@Nullable Platform platform) {
    return switch (this) {
      case Replicate replicate ->
          new Replicate(
              replicate.requests().stream().map(request -> request.forPlatform(platform)).toList());
      case ReportOnly reportOnly -> reportOnly;
    };
  }

  /** The same plan, with this secret to log in with for this image and for no other. */
  default ReplicationPlan withPullSecret(@Nullable String secret, @Nullable ImageReference image) {
    return switch (this) {
      case Replicate replicate ->
          new Replicate(
              replicate.requests().stream()
                  .map(request ->
                      request.image().equals(image) ? request.withPullSecret(secret) : request)
                  .toList());
      case ReportOnly reportOnly -> reportOnly;
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
  record ReportOnly(String reason) implements ReplicationPlan {}
}
