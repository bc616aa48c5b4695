package io.pullrescue.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Describes errors of AWS services that a retry does not resolve. */
public final class AwsErrors {
  private AwsErrors() {}

  /** Returns the service and its error code; rethrows throttling and server errors instead. */
  public static String describe(AwsServiceException error) {
    if (error.isThrottlingException() || error.statusCode() >= 500) {
      throw error;
    }
    var details = error.awsErrorDetails();
    return details.serviceName() + " answers " + details.errorCode();
  }
}
