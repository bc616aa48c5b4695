package io.pullrescue.replication;

import io.pullrescue.registry.http.RegistryException;

/** Decides whether more bytes may be copied, and keeps count of those that were. */
public interface ByteBudget {
  /** A budget without a limit. */
  ByteBudget UNLIMITED =
      new ByteBudget() {
        @Override
        public void require(long bytes) {}

        @Override
        public void record(long bytes) {}
      };

  /**
   * Throws a {@link RegistryException} with the reason {@code LIMIT_EXCEEDED} if this many more
   * bytes may not be copied. May be called from several threads.
   */
  void require(long bytes);

  /** Counts a blob that was copied. */
  void record(long bytes);
}
