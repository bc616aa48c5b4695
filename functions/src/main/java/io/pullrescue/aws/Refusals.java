package io.pullrescue.aws;

import io.pullrescue.retry.SourceFile.OutOfReach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Calls that a service refused for good; others are thrown again and tried again later. */
final class Refusals {
  private Refusals() {}

  /** What a refusal means for a file that was to be read. */
  static OutOfReach outOfReach(AwsServiceException refusal) {
    return new OutOfReach(inWords(refusal));
  }

  /** The service and its answer; what asking again may mend is thrown on. */
  static String inWords(AwsServiceException refusal) {
    if (refusal.isThrottlingException() || refusal.statusCode() >= 500) {
      throw refusal;
    }
    var details = refusal.awsErrorDetails();
    return details.serviceName() + " answers " + details.errorCode();
  }
}
