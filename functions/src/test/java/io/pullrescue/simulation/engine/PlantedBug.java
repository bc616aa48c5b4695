package io.pullrescue.simulation.engine;

/** A defect that wrappers around services and APIs plant, so that the auditor is tested. */
public enum PlantedBug {
  DROP_ATTEMPT_VARIABLE("the retried build does not carry its attempt"),
  DROP_ORIGINAL_VARIABLE("the retried build does not carry the first build of its chain"),
  DROP_IDEMPOTENCY_TOKEN("StartBuild has no idempotency token"),
  DROP_CLIENT_TOKEN("RunTask has no client token, and running tasks are not looked up"),
  DELETE_BEFORE_EFFECT("the message is deleted before it is processed"),
  SWALLOW_ERRORS("a message whose processing failed is deleted"),
  TAG_BEFORE_BLOBS("the tag is set before the blobs are there"),
  MOVE_TAG_FOR_FAILURE("a failed workload moves the tag of all others"),
  TRUST_TAG_IN_MESSAGE("the digest comes from upstream and not from the mirror"),
  START_AFTER_FIRST_IMAGE("the workload is retried when one of its images is mirrored"),
  IGNORE_GROUPS("the messages of one group are processed at the same time"),
  IGNORE_HELD_GROUPS("the group of a job that was submitted is not held"),
  IGNORE_SUBMITTED_JOBS("jobs that were submitted again are not looked up"),
  COUNT_ONE_PAGE("only the newest 100 builds of a project are read"),
  IGNORE_NEWER_BUILDS("newer builds of the same source are not seen"),
  IGNORE_AGE("a failure has no age"),
  IGNORE_MAX_RETRIES("the chain has no limit"),
  IGNORE_HOURLY_LIMIT("the hour has no limit"),
  IGNORE_REQUEST_BUDGET("a failure may use any number of rate-limited requests"),
  IGNORE_OPT_OUT("the tag pull-rescue = off is not read"),
  IGNORE_ROLE("a build with another role is retried with that of its project"),
  IGNORE_EXIT_CODE("a task that ran is run again"),
  IGNORE_SERVICE_REVISION("a service that a person has updated is updated to the old revision"),
  NEVER_RESTORE("an updated project is never restored"),
  RESTORE_OVER_PERSON("a project is restored over what a person has changed since"),
  SKIP_WITHOUT_REPORT("a skipped retry is not published"),
  REPORT_WITHOUT_EFFECT("a retry is published, but nothing was started"),
  FORGET_WAITS("a request forgets how often it has waited"),
  START_BUILD_IN_DIAGNOSE("the function that diagnoses starts builds"),
  DROP_SECOND_IMAGE("only the first image of a failure is mirrored");

  private final String description;

  PlantedBug(String description) {
    this.description = description;
  }

  /** Returns what is wrong, as a sentence without its end. */
  public String description() {
    return description;
  }
}
