package io.pullrescue.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Sends builds to the Amazon SQS queue of failures that wait for their diagnosis. */
public final class FailureQueue {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsClient sqs;
  private final String queueUrl;

  /** Creates a sender for the queue at this URL. */
  public FailureQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /**
   * Enqueues a build in the form of CodeBuild's own event, as if it had just failed.
   *
   * @param buildId {@code project:uuid}
   */
  public void enqueue(String buildId) {
    var event = JSON.createObjectNode().put("source", "aws.codebuild");
    event.put("detail-type", "CodeBuild Build State Change");
    event.putObject("detail").put("build-id", buildId).put("build-status", "FAILED");
    sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody(event.toString()));
  }
}
