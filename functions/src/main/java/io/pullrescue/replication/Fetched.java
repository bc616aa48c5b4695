package io.pullrescue.replication;

/** A manifest as it came over the wire, and what the upstream says is left after it. */
public record Fetched(Manifest manifest, Quota quota) {}
