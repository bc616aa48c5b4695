package io.pullrescue.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.replication.Mirror;
import org.junit.jupiter.api.Test;

final class UpstreamRegistriesTest {
  /** Until the functions read this table themselves. */
  @Test
  void mirrorNamesUseTheSamePrefixes() {
    assertThat(Mirror.CUSTOMARY_PREFIXES).isEqualTo(UpstreamRegistries.DEFAULT_PREFIXES);
  }
}
