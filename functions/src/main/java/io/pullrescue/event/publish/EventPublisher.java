package io.pullrescue.event.publish;

/** Publishes the steps of rescues. */
public interface EventPublisher {
  /** Publishes an event. Subscribers may receive an event more than once. */
  void publish(RescueEvent event);
}
