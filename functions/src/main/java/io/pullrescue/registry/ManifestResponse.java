package io.pullrescue.registry;

import io.pullrescue.registry.http.RateLimit;

/** A manifest as it came over the wire, and what the upstream says is left after it. */
public record ManifestResponse(Manifest manifest, RateLimit rateLimit) {}
