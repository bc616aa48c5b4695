package io.pullrescue.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The queue of failures in Amazon SQS; what is put there looks like CodeBuild's own event. */
public final class FailureQueue implements FailureQueuePort {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsClient sqs;
  private final String queueUrl;

  /** Sends to the queue at this URL. */
  public FailureQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  @Override
  public void enqueue(String buildId) {
    var event = JSON.createObjectNode().put("source", "aws.codebuild");
    event.put("detail-type", "CodeBuild Build State Change");
    event.putObject("detail").put("build-id", buildId).put("build-status", "FAILED");
    sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody(event.toString()));
  }
}
