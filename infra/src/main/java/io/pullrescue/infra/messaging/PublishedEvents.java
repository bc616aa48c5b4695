package io.pullrescue.infra.messaging;

import io.pullrescue.config.EventNames;
import java.util.List;

/** Names what the rules match in the events that the functions publish. */
public final class PublishedEvents {
  /** The name of the event bus. */
  public static final String BUS = "default";

  /** The events that a person may have to act on; a replicated image alone is not one. */
  static final List<String> NOTIFIED_TYPES =
      List.of(
          EventNames.PULL_FAILURE_DIAGNOSED,
          EventNames.IMAGE_REPLICATION_FAILED,
          EventNames.WORKLOAD_RETRIED,
          EventNames.RETRY_SKIPPED);

  /** The field of the detail that names what a rescue is for, and its fields. */
  static final String TRIGGER = "trigger";

  static final String TRIGGER_TYPE = "type";
  static final String TRIGGER_ID_PATH = "$.detail.trigger.id";
  static final String SUMMARY_PATH = "$.detail.summary";

  private PublishedEvents() {}
}
