package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * The response to GET of a manifest, with bytes as received and not yet verified.
 *
 * @param rateLimit the pulls that the registry still allows
 */
public record ManifestResponse(Manifest manifest, RateLimit rateLimit) {
  /**
   * The response to HEAD of a manifest, which registries do not count as a pull.
   *
   * @param digest null if the registry does not report it
   * @param rateLimit the pulls that the registry still allows
   */
  public record Head(@Nullable Digest digest, RateLimit rateLimit) {}
}
