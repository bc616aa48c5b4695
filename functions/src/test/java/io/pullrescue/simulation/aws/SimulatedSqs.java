package io.pullrescue.simulation.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.simulation.engine.Crash;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.Fault;
import io.pullrescue.simulation.engine.PlantedBug;
import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * Amazon SQS with the event source mappings of AWS Lambda: visibility, receive counts, redrive,
 * retention, message groups, and the deduplication interval of five minutes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html">
 *     FIFO queue delivery logic</a>
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">
 *     Handling errors for an SQS event source</a>
 */
public final class SimulatedSqs implements SqsClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String URL = "https://sqs.us-east-1.amazonaws.com/123456789012/";
  private static final String ARN = "arn:aws:sqs:us-east-1:123456789012:";

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html">
   *     Using the message deduplication ID</a>
   */
  private static final long DEDUPLICATION_INTERVAL = Duration.ofMinutes(5).toMillis();

  /**
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive
   *     loop detection</a>
   */
  private static final int MAX_HOPS = 16;

  /** The reason for which Lambda stops a message that its function has sent again too often. */
  public static final String RECURSIVE_LOOP = "recursive loop";

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONG_DELAY = Duration.ofDays(3);
  private static final int MAX_LONG_DELAYS = 4;

  private static final List<Fault> STANDARD_FAULTS =
      List.of(
          Fault.LOSE_DELETE,
          Fault.DUPLICATE_MESSAGE,
          Fault.DELAY_HOURS,
          Fault.DELAY_DAYS,
          Fault.FAST_CLOCK,
          Fault.SLOW_CLOCK);
  private static final List<Fault> FIFO_FAULTS =
      List.of(
          Fault.LOSE_DELETE,
          Fault.DELAY_HOURS,
          Fault.DELAY_DAYS,
          Fault.FAST_CLOCK,
          Fault.SLOW_CLOCK);

  private final World world;
  private final Map<String, SimulatedQueue> queues = new LinkedHashMap<>();
  private int messages;
  private int longDelays;
  private Map<String, Integer> hops = Map.of();

  /** Processes the event of a message as a function does, and returns its response. */
  @FunctionalInterface
  public interface Function {
    /** Returns the JSON of the response. */
    String invoke(String event);
  }

  private static final class SimulatedQueue {
    final String name;
    final long visibility;
    final String actor;
    final Function function;
    final List<Message> messages = new ArrayList<>();
    final Map<String, Long> deduplicationIds = new HashMap<>();

    SimulatedQueue(String name, long visibility, String actor, Function function) {
      this.name = name;
      this.visibility = visibility;
      this.actor = actor;
      this.function = function;
    }

    boolean isFifo() {
      return name.endsWith(".fifo");
    }
  }

  private static final class Message {
    final String id;
    final String body;
    final @Nullable String group;
    final String subject;
    final long sent;
    final Map<String, Integer> hops;
    long visible;
    int receives;

    Message(
        String id,
        String body,
        @Nullable String group,
        String subject,
        long sent,
        Map<String, Integer> hops) {
      this.id = id;
      this.body = body;
      this.group = group;
      this.subject = subject;
      this.sent = sent;
      this.hops = hops;
      this.visible = sent;
    }
  }

  /** Creates the service without queues. */
  public SimulatedSqs(World world) {
    this.world = world;
  }

  /** Creates a queue whose messages a function processes, one at a time. */
  public void create(String name, Duration visibility, String actor, Function function) {
    queues.put(name, new SimulatedQueue(name, visibility.toMillis(), actor, function));
  }

  /** Returns the URL of a queue. */
  public static String url(String queue) {
    return URL + queue;
  }

  /** Sends a message on behalf of another service. */
  public void send(String queueName, String body, @Nullable String group, @Nullable String token) {
    enqueue(queue(queueName), body, group, token, Map.of());
  }

  private void enqueue(
      SimulatedQueue queue,
      String body,
      @Nullable String group,
      @Nullable String token,
      Map<String, Integer> messageHops) {
    var now = world.now();
    if (token != null) {
      var earlier = queue.deduplicationIds.put(token, now);
      if (earlier != null && now - earlier < DEDUPLICATION_INTERVAL) {
        queue.deduplicationIds.put(token, earlier);
        return;
      }
    }
    var message = new Message("m" + ++messages, body, group, subject(body), now, messageHops);
    queue.messages.add(message);
    world.record(
        new Fact.Sent(now, queue.name, group == null ? "" : group, message.id, message.subject));
    deliverAt(queue, message, now + POLL.toMillis());
  }

  private void deliverAt(SimulatedQueue queue, Message message, long time) {
    world.schedule(time, () -> deliver(queue, message));
  }

  private void deliver(SimulatedQueue queue, Message message) {
    var now = world.now();
    if (!queue.messages.contains(message) || message.visible > now) {
      return; // It was deleted, or is hidden and scheduled for later.
    }
    if (queue.isFifo() && !world.has(PlantedBug.IGNORE_GROUPS) && !isFirstOfGroup(queue, message)) {
      return; // It is scheduled when the one before it leaves.
    }
    if (now - message.sent >= QueueLimits.RETENTION.toMillis()) {
      world.record(new Fact.Expired(now, queue.name, message.id, message.subject));
      remove(queue, message);
      return;
    }
    if (message.receives >= QueueLimits.MAX_RECEIVE_COUNT) {
      deadLetter(queue, message, "received " + message.receives + " times");
      return;
    }
    if (message.hops.getOrDefault(queue.actor, 0) >= MAX_HOPS) {
      deadLetter(queue, message, RECURSIVE_LOOP);
      return;
    }
    receive(queue, message);
  }

  private void deadLetter(SimulatedQueue queue, Message message, String reason) {
    world.record(
        new Fact.DeadLettered(world.now(), queue.name, message.id, message.subject, reason));
    remove(queue, message);
  }

  private static boolean isFirstOfGroup(SimulatedQueue queue, Message message) {
    return first(queue, message.group) == message;
  }

  private static @Nullable Message first(SimulatedQueue queue, @Nullable String group) {
    return queue.messages.stream()
        .filter(message -> Objects.equals(message.group, group))
        .findFirst()
        .orElse(null);
  }

  private void remove(SimulatedQueue queue, Message message) {
    queue.messages.remove(message);
    var next = queue.isFifo() ? first(queue, message.group) : null;
    if (next != null) {
      deliverAt(queue, next, Math.max(next.visible, world.now() + POLL.toMillis()));
    }
  }

  private void receive(SimulatedQueue queue, Message message) {
    var fault =
        world.choose(queue.isFifo() ? FIFO_FAULTS : STANDARD_FAULTS, "message in " + queue.name);
    if (fault == Fault.DELAY_HOURS || fault == Fault.DELAY_DAYS) {
      hide(queue, message, world.now() + delay(fault).toMillis());
      return;
    }
    message.receives++;
    world.record(
        new Fact.Received(world.now(), queue.name, message.id, message.receives, message.subject));
    hide(queue, message, world.now() + queue.visibility);
    if (world.has(PlantedBug.DELETE_BEFORE_EFFECT)) {
      remove(queue, message);
    }
    var previousHops = hops;
    hops = new HashMap<>(message.hops);
    hops.merge(queue.actor, 1, Integer::sum);
    try {
      world.invoke(
          World.invocation(queue.actor, message.subject, fault),
          () -> process(queue, message, fault));
    } finally {
      hops = previousHops;
    }
    if (fault == Fault.DUPLICATE_MESSAGE) {
      world.after(
          Duration.ofMinutes(3),
          () -> enqueue(queue, message.body, message.group, null, message.hops));
    }
  }

  /** SQS deletes messages after two weeks, so that all delays of days together are shorter. */
  private Duration delay(Fault fault) {
    if (fault == Fault.DELAY_DAYS && longDelays < MAX_LONG_DELAYS) {
      longDelays++;
      return LONG_DELAY;
    }
    return Duration.ofHours(2);
  }

  private void hide(SimulatedQueue queue, Message message, long until) {
    message.visible = until;
    deliverAt(queue, message, until);
  }

  private void process(SimulatedQueue queue, Message message, @Nullable Fault fault) {
    boolean processed;
    try {
      processed =
          !queue.function.invoke(event(queue, message)).contains(message.id + "\"")
              || deletesHeldMessage(message);
    } catch (Crash crash) {
      processed = false;
    } catch (RuntimeException error) {
      if (System.getProperty("simulation.errors") != null) {
        error.printStackTrace();
      }
      processed = world.has(PlantedBug.SWALLOW_ERRORS);
    }
    if (processed && fault != Fault.LOSE_DELETE) {
      remove(queue, message);
    }
  }

  /** Requests that wait are in groups of their own, so that all others hold theirs. */
  private boolean deletesHeldMessage(Message message) {
    return world.has(PlantedBug.IGNORE_HELD_GROUPS)
        && message.group != null
        && message.group.startsWith("batch:");
  }

  private String event(SimulatedQueue queue, Message message) {
    var attributes = JSON.createObjectNode();
    attributes.put("ApproximateReceiveCount", Integer.toString(message.receives));
    attributes.put("SentTimestamp", Long.toString(World.at(message.sent).toEpochMilli()));
    if (message.group != null) {
      attributes.put("MessageGroupId", message.group);
    }
    var sqsRecord = JSON.createObjectNode();
    sqsRecord.put("messageId", message.id);
    sqsRecord.put("receiptHandle", message.id);
    sqsRecord.put("body", message.body);
    sqsRecord.put("eventSourceARN", ARN + queue.name);
    sqsRecord.set("attributes", attributes);
    var event = JSON.createObjectNode();
    event.putArray("Records").add(sqsRecord);
    return event.toString();
  }

  /** Records what is still in the queues. */
  public void recordRemaining() {
    for (var queue : queues.values()) {
      for (var message : queue.messages) {
        world.record(new Fact.Left(world.now(), queue.name, message.id, message.subject));
      }
    }
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    enqueue(
        queue(request.queueUrl().substring(URL.length())),
        request.messageBody(),
        request.messageGroupId(),
        request.messageDeduplicationId(),
        hops);
    return SendMessageResponse.builder().messageId("m" + messages).build();
  }

  @Override
  public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
    return GetQueueUrlResponse.builder().queueUrl(url(request.queueName())).build();
  }

  @Override
  public ChangeMessageVisibilityResponse changeMessageVisibility(
      ChangeMessageVisibilityRequest request) {
    var queue = queue(request.queueUrl().substring(URL.length()));
    queue.messages.stream()
        .filter(message -> message.id.equals(request.receiptHandle()))
        .findFirst()
        .ifPresent(
            message -> hide(queue, message, world.now() + request.visibilityTimeout() * 1000L));
    return ChangeMessageVisibilityResponse.builder().build();
  }

  private SimulatedQueue queue(String name) {
    return Objects.requireNonNull(queues.get(name), name);
  }

  /** Returns the id of the workload that a message is about; empty if it is about none. */
  static String subject(String body) {
    try {
      var json = JSON.readTree(body);
      return firstText(
          json.path("trigger").path("id"),
          json.path("recovered"),
          json.path("restore"),
          json.path("detail").path("build-id"),
          json.path("detail").path("taskArn"),
          json.path("detail").path("jobId"));
    } catch (JsonProcessingException notJson) {
      return "";
    }
  }

  private static String firstText(JsonNode... nodes) {
    for (var node : nodes) {
      if (node.isTextual()) {
        var text = node.asText();
        return text.substring(text.indexOf(":build/") < 0 ? 0 : text.indexOf(":build/") + 7);
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
