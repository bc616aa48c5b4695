package io.pullrescue.replication.request;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what follows from a diagnosis. */
public sealed interface ReplicationPlan {
  /** Returns the plan for a workload on this platform; null if the platform is unknown. */
  default ReplicationPlan forPlatform(@Nullable Platform platform) {
    return switch (this) {
      case Replicate replicate ->
          new Replicate(
              replicate.requests().stream().map(request -> request.forPlatform(platform)).toList());
      case ReportOnly reportOnly -> reportOnly;
    };
  }

  /** Returns the plan with this secret as the credentials for this image, and for no other. */
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

  /** The images are mirrored, with one request for each. */
  record Replicate(List<ReplicationRequest> requests) implements ReplicationPlan {
    public Replicate {
      requests = List.copyOf(requests);
    }
  }

  /**
   * The failure is only reported: mirroring would not help, or is not allowed.
   *
   * @param reason for people
   */
  record ReportOnly(String reason) implements ReplicationPlan {}
}
