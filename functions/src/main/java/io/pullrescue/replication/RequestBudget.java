package io.pullrescue.replication;

import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;

/**
 * Limits the requests for one image that count against the rate limit of its upstream.
 *
 * <p>Docker Hub counts GET requests for manifests, and neither HEAD requests nor those for blobs,
 * tags and referrers. A registry that reports no limit has none.
 *
 * @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub pull usage</a>
 */
final class RequestBudget {
  private final long reservedPulls;
  private final int maxRequests;
  private final String limitName;
  private final CopyStats.Collector stats;

  private RequestBudget(
      long reservedPulls, int maxRequests, String limitName, CopyStats.Collector stats) {
    this.reservedPulls = reservedPulls;
    this.maxRequests = maxRequests;
    this.limitName = limitName;
    this.stats = stats;
  }

  static RequestBudget of(CopyOptions options, CopyStats.Collector stats) {
    return new RequestBudget(
        options.reservedPulls(),
        options.maxRateLimitedRequests(),
        "its share of `maxRateLimitedRequestsPerTrigger`; `platforms: needed` needs two",
        stats);
  }

  /** Returns a budget for attachments: as many requests as the image itself has used. */
  RequestBudget forAttachments() {
    var used = stats.rateLimitedRequests();
    return new RequestBudget(
        reservedPulls,
        (int) Math.min(maxRequests, 2L * used),
        "attachments use at most as many as the image itself; an attachment can be mirrored by its"
            + " tag, as an image of its own",
        stats);
  }

  /** Throws a {@link RegistryException} if this many more requests are not allowed. */
  void require(int requests, RateLimit rateLimit) {
    if (!rateLimit.isLimited()) {
      return;
    }
    var used = stats.rateLimitedRequests();
    if (requests > maxRequests - used) {
      throw new RegistryException(
          Reason.LIMIT_EXCEEDED,
          "%d more manifests would count against the rate limit, but %d of %d such requests have been made (%s); no more were made"
              .formatted(requests, used, maxRequests, limitName));
    }
    rateLimit.minusReserve(reservedPulls).requireAtLeast(requests);
  }

  /** Counts a request that is about to be made. */
  void record(RateLimit rateLimit) {
    if (rateLimit.isLimited()) {
      stats.recordRateLimitedRequest();
    }
  }
}
