package io.pullrescue.event.publish;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Announces on a bus of Amazon EventBridge, source {@code pull-rescue}. */
public final class EventBridgePublisher implements EventPublisher {
  private static final String SOURCE = "pull-rescue";

  private final EventBridgeClient eventBridge;
  private final String busName;

  /** Announces on the bus of this name. */
  public EventBridgePublisher(EventBridgeClient eventBridge, String busName) {
    this.eventBridge = eventBridge;
    this.busName = busName;
  }

  /**
   * Throws {@link IllegalStateException} where the bus refuses the event, so that it is retried.
   */
  @Override
  public void publish(RescueEvent rescueEvent) {
    var publishedEvent = PublishedEvent.of(rescueEvent);
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName(busName)
            .source(SOURCE)
            .detailType(publishedEvent.detailType())
            .detail(publishedEvent.detail())
            .build();
    var response = eventBridge.putEvents(request -> request.entries(entry));
    if (response.failedEntryCount() > 0) {
      var errorCode = response.entries().getFirst().errorCode();
      throw new IllegalStateException(
          "putting '" + publishedEvent.detailType() + "' on bus: " + errorCode);
    }
  }
}
