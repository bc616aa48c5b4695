package io.pullrescue.simulation.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.Fault;
import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/**
 * Amazon EventBridge with the rules of the stack. The events of the services are best effort.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html">
 *     Events from AWS services</a>
 */
public final class SimulatedEvents implements EventBridgeClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LATENCY = Duration.ofSeconds(2);
  private static final List<Fault> FAULTS =
      List.of(Fault.LOSE_EVENT, Fault.DUPLICATE_EVENT, Fault.DELAY_EVENT);

  private final World world;
  private final SimulatedSqs sqs;

  /** Creates a bus whose rules send to these queues. */
  public SimulatedEvents(World world, SimulatedSqs sqs) {
    this.world = world;
    this.sqs = sqs;
  }

  /** Sends the event of a failed workload to the queue of failures. */
  public void failed(String id, String event) {
    deliver(() -> {
      world.record(new Fact.Noticed(world.now(), id));
      sqs.send("failures", event, null, null);
    });
  }

  /** Sends the event of a retried build that succeeded to the queue of retries. */
  public void recovered(String event) {
    // The content of an event differs in its id, so that content deduplication drops nothing.
    deliver(() -> sqs.send("retries.fifo", event, "recoveries", null));
  }

  private void deliver(Runnable delivery) {
    var fault = world.choose(FAULTS, "event");
    if (fault == Fault.LOSE_EVENT) {
      return;
    }
    world.after(fault == Fault.DELAY_EVENT ? Duration.ofMinutes(15) : LATENCY, delivery);
    if (fault == Fault.DUPLICATE_EVENT) {
      world.after(Duration.ofSeconds(40), delivery);
    }
  }

  /** Returns the JSON of an event. */
  static String event(String source, String detailType, Object detail) {
    var event = JSON.createObjectNode();
    event.put("source", source);
    event.put("detail-type", detailType);
    event.set("detail", JSON.valueToTree(detail));
    return event.toString();
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    for (var entry : request.entries()) {
      world.record(published(entry.detailType(), entry.detail()));
    }
    return PutEventsResponse.builder().failedEntryCount(0).build();
  }

  private Fact published(String type, String detail) {
    try {
      var json = JSON.readTree(detail);
      return new Fact.Published(
          world.now(),
          type,
          json.path("trigger").path("id").asText(),
          firstText(
              json.path("nextAction").asText(null),
              json.path("started").asText(null),
              json.path("reason").asText(null),
              json.path("build").asText(null),
              json.path("mirroredImage").asText(null)));
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException(notJson);
    }
  }

  private static String firstText(@Nullable String... texts) {
    for (var text : texts) {
      if (text != null) {
        return text;
      }
    }
    return "";
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
