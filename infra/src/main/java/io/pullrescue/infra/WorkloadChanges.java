package io.pullrescue.infra;

/** Which services on Amazon ECS may be pointed at the copy. */
enum WorkloadChanges implements Choice {
  /** None: they are reported. */
  REPORT,
  /** Those with the tag pull-rescue = on. */
  TAGGED,
  /** All but those with the tag pull-rescue = off. */
  ALL
}
