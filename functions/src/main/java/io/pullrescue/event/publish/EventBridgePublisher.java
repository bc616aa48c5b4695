package io.pullrescue.event.publish;

import io.pullrescue.config.EventNames;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Publishes to an Amazon EventBridge event bus. */
public final class EventBridgePublisher implements EventPublisher {
  private final EventBridgeClient eventBridge;
  private final String busName;

  /** Creates a publisher to the bus with this name. */
  public EventBridgePublisher(EventBridgeClient eventBridge, String busName) {
    this.eventBridge = eventBridge;
    this.busName = busName;
  }

  /**
   * Publishes an event.
   *
   * @throws IllegalStateException if EventBridge rejects the event
   */
  @Override
  public void publish(RescueEvent rescueEvent) {
    var publishedEvent = PublishedEvent.of(rescueEvent);
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName(busName)
            .source(EventNames.SOURCE)
            .detailType(publishedEvent.detailType())
            .detail(publishedEvent.detail())
            .build();
    var response = eventBridge.putEvents(request -> request.entries(entry));
    if (response.failedEntryCount() > 0) {
      var errorCode = response.entries().getFirst().errorCode();
      throw new IllegalStateException(
          "EventBridge rejected '%s': %s".formatted(publishedEvent.detailType(), errorCode));
    }
  }
}
