package io.pullrescue.workload;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pullrescue.event.EventJson;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Sends builds to the Amazon SQS queue of failures that wait for their diagnosis. */
public final class FailureQueue {
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
    var body = EventJson.write(BuildStateChange.failed(buildId));
    sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody(body));
  }

  private record BuildStateChange(
      String source, @JsonProperty("detail-type") String detailType, Detail detail) {
    static BuildStateChange failed(String buildId) {
      return new BuildStateChange(
          "aws.codebuild", "CodeBuild Build State Change", new Detail(buildId, "FAILED"));
    }

    private record Detail(
        @JsonProperty("build-id") String buildId,
        @JsonProperty("build-status") String buildStatus) {}
  }
}
