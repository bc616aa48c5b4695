package io.pullrescue.aws;

import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.BusEvent;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Announces on a bus of Amazon EventBridge, source {@code pull-rescue}. */
public final class EventBridgeAnnouncer implements Announcer {
  private static final String SOURCE = "pull-rescue";

  private final EventBridgeClient events;
  private final String bus;

  /** Announces on the bus of this name. */
  public EventBridgeAnnouncer(EventBridgeClient events, String bus) {
    this.events = events;
    this.bus = bus;
  }

  /**
   * Throws {@link IllegalStateException} where the bus refuses the event, so that it is retried.
   */
  @Override
  public void announce(Announcement announcement) {
    var event = BusEvent.of(announcement);
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName(bus)
            .source(SOURCE)
            .detailType(event.detailType())
            .detail(event.detail())
            .build();
    var answer = events.putEvents(request -> request.entries(entry));
    if (answer.failedEntryCount() > 0) {
      var code = answer.entries().getFirst().errorCode();
      throw new IllegalStateException("putting '" + event.detailType() + "' on bus: " + code);
    }
  }
}
