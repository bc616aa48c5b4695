package io.pullrescue.infra.messaging;

/** Names where the functions publish events. */
public final class PublishedEvents {
  /** The name of the event bus. */
  public static final String BUS = "default";

  private PublishedEvents() {}
}
