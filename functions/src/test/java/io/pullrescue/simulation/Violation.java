package io.pullrescue.simulation;

/**
 * A promise that a history breaks.
 *
 * @param time the milliseconds since the beginning
 * @param message what happened
 */
record Violation(Promise promise, long time, String message) {
  /** What must hold in every history. */
  enum Promise {
    /** A failure is retried once, and not while a retry of it runs. */
    RETRIED_ONCE,
    /** A chain has at most {@code maxRetries} retries. */
    MAX_RETRIES,
    /** What ran, succeeded or still runs is not run again. */
    NOTHING_RUNS_TWICE,
    /** What is started or registered refers to no image that the mirror does not hold. */
    IMAGE_IS_MIRRORED,
    /** A failure ends in a retry, a report, or a dead-letter queue, which has an alarm. */
    ENDS_IN_REPORT,
    /** No message waits for ever, or is deleted without a report. */
    NOTHING_WAITS,
    /** Each retry is published. */
    RETRY_IS_PUBLISHED,
    /** What is published has happened. */
    REPORT_IS_TRUE,
    /** A project has at most {@code maxRetriesPerHour} retries in an hour. */
    HOURLY_LIMIT,
    /** The rate-limited requests of a failure stay within their budget. */
    REQUEST_BUDGET,
    /** A project is restored when its build has succeeded. */
    PROJECT_RESTORED,
    /** What people change in a project stays. */
    PERSON_WINS,
    /** A tag names only what is there with all of its blobs. */
    TAG_IS_VERIFIED,
    /** A failed workload moves no tag. */
    TAG_STAYS,
    /** A function calls only what its role allows. */
    PERMISSIONS,
    /** What failed long ago is not started again. */
    AGE,
    /** No retry replaces the result of a newer build or revision. */
    NEWEST_WINS,
    /** What has opted out, or is not selected by the settings, is not retried. */
    OPT_OUT,
    /** A retry has the role of what failed. */
    ROLE
  }
}
