package io.pullrescue.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.FailureQueue;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The queue of failures in Amazon SQS; what is put there looks like CodeBuild's own event. */
public final class SqsFailureQueue implements FailureQueue {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsClient sqs;
  private final String url;

  /** Sends to the queue at this URL. */
  public SqsFailureQueue(SqsClient sqs, String url) {
    this.sqs = sqs;
    this.url = url;
  }

  @Override
  public void put(String buildId) {
    var event = JSON.createObjectNode().put("source", "aws.codebuild");
    event.put("detail-type", "CodeBuild Build State Change");
    event.putObject("detail").put("build-id", buildId).put("build-status", "FAILED");
    sqs.sendMessage(request -> request.queueUrl(url).messageBody(event.toString()));
  }
}
