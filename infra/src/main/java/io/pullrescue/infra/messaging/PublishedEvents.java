package io.pullrescue.infra.messaging;

import java.util.List;

/** Names what the rules match in the events that the functions publish. */
public final class PublishedEvents {
  /** The name of the event bus. */
  public static final String BUS = "default";

  /** The source of all published events. */
  public static final String SOURCE = "pull-rescue";

  static final String IMAGE_REPLICATED = "Image Replicated";

  /** An event on which somebody may want to act; a replicated image alone is not one. */
  static final List<String> NOTIFIED_TYPES =
      List.of(
          "Pull Failure Diagnosed",
          "Image Replication Failed",
          "Workload Retried",
          "Retry Refused");

  /** The field of the detail that says what a rescue is for, and its fields. */
  static final String TRIGGER = "origin";

  static final String TRIGGER_TYPE = "kind";
  static final String TRIGGER_ID_PATH = "$.detail.origin.id";
  static final String SUMMARY_PATH = "$.detail.sentence";

  static final String BUILD = "codebuild-build";
  static final String TASK = "ecs-task";
  static final String JOB = "batch-job";
  static final String REFRESH = "refresh";

  private PublishedEvents() {}
}
