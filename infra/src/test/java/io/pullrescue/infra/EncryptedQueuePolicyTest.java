package io.pullrescue.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Reads the policies of queues with a key of their own. */
final class EncryptedQueuePolicyTest {
  @Test
  void eventBridgeOfAnotherAccountMayNotSendToTheQueues() {
    var stack =
        SynthesizedStack.with(
            Map.of(
                "kmsKeyArn",
                "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"));
    var open =
        stack
            .all("AWS::SQS::QueuePolicy")
            .flatMap(policy ->
                StreamSupport.stream(
                    policy.path("PolicyDocument").path("Statement").spliterator(), false))
            .filter(statement -> statement.path("Effect").asText().equals("Allow"))
            .filter(statement ->
                statement.path("Principal").toString().contains("events.amazonaws.com"))
            .filter(statement -> !statement.toString().contains("aws:Source"))
            .map(Object::toString)
            .toList();
    assertEquals(List.of(), open, "statements that accept rules of every account");
    assertNotEquals(List.of(), stack.all("AWS::SQS::QueuePolicy").toList());
  }
}
