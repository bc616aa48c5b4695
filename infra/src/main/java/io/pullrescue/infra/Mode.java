package io.pullrescue.infra;

/** How far a rescue may go by itself. */
enum Mode implements Choice {
  /** Says what it would do. */
  OBSERVE,
  /** Copies images, starts nothing. */
  REPLICATE,
  /** Copies images and runs the failed work again. */
  RESCUE
}
