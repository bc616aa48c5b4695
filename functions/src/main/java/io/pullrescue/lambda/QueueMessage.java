package io.pullrescue.lambda;

/**
 * Holds a message that a function processes.
 *
 * @param id the SQS message id; the request id of an invocation with a single event
 * @param body the event or request as JSON
 * @param receiveCount how often SQS has delivered it, from 1
 */
public record QueueMessage(String id, String body, int receiveCount) {}
