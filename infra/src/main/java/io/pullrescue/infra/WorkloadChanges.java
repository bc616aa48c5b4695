package io.pullrescue.infra;

/** Which services, tasks or jobs may start from the copy. */
enum WorkloadChanges implements Choice {
  /** None: they are reported. */
  REPORT,
  /** Those with the tag pull-rescue = on. */
  TAGGED,
  /** All but those with the tag pull-rescue = off. */
  ALL
}
