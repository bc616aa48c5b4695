package io.pullrescue.infra.messaging;

import io.pullrescue.infra.function.FunctionSpec;

/**
 * Defines a queue.
 *
 * @param name the name in the account, without {@code .fifo}
 * @param fifo whether the messages of one group are processed one after the other; the sender names
 *     the group and the deduplication ID
 * @param receivesEvents whether rules of the event bus send to it
 * @param consumer the function that the queue invokes
 * @param encryptionKey encrypts the messages
 */
public record QueueProps(
    String name,
    boolean fifo,
    boolean receivesEvents,
    FunctionSpec consumer,
    EncryptionKey encryptionKey) {
  /** Defines a queue of events without an order. */
  public static QueueProps standard(
      String name, FunctionSpec consumer, EncryptionKey encryptionKey) {
    return new QueueProps(name, false, true, consumer, encryptionKey);
  }

  /** Defines a queue with an order in each message group. */
  public static QueueProps fifo(String name, FunctionSpec consumer, EncryptionKey encryptionKey) {
    return new QueueProps(name, true, false, consumer, encryptionKey);
  }

  /** Returns the same queue for the events of a rule as well. */
  public QueueProps withEvents() {
    return new QueueProps(name, fifo, true, consumer, encryptionKey);
  }
}
