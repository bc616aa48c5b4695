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
   * The response to a look-up of a manifest.
   *
   * @param digest null if the registry does not report it
   * @param rateLimit the pulls that the registry still allows
   * @param isPull whether the look-up counts as a pull, because the registry does not support HEAD
   */
  public record Head(@Nullable Digest digest, RateLimit rateLimit, boolean isPull) {}
}
