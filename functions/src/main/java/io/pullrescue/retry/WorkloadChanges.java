package io.pullrescue.retry;

/** Which services on Amazon ECS may be pointed at the copy. */
public enum WorkloadChanges {
  /** None: that their images could not be pulled is reported. */
  REPORT,
  /** Those with the tag {@code pull-rescue = on}. */
  TAGGED,
  /** All but those with the tag {@code pull-rescue = off}. */
  ALL
}
