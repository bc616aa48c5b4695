package io.pullrescue.event.publish;

/** Tells whoever listens. */
public interface EventPublisher {
  /** Publishes one step of a rescue. Saying the same thing twice must do no harm to listeners. */
  void publish(RescueEvent event);
}
