package io.pullrescue.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Calls that a service refused for good; others are thrown again and tried again later. */
public final class AwsErrors {
  private AwsErrors() {}

  /** The service and its answer; what asking again may mend is thrown on. */
  public static String describe(AwsServiceException error) {
    if (error.isThrottlingException() || error.statusCode() >= 500) {
      throw error;
    }
    var details = error.awsErrorDetails();
    return details.serviceName() + " answers " + details.errorCode();
  }
}
