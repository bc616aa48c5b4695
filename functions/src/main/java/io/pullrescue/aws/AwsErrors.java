package io.pullrescue.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Describes errors of AWS services that a retry does not resolve. */
public final class AwsErrors {
  private AwsErrors() {}

  /** Returns whether the same call may succeed later: it was throttled, or the service failed. */
  public static boolean isTemporary(AwsServiceException error) {
    return error.isThrottlingException() || error.statusCode() >= 500;
  }

  /** Returns the service and its error code; rethrows throttling and server errors instead. */
  public static String describe(AwsServiceException error) {
    if (isTemporary(error)) {
      throw error;
    }
    var details = error.awsErrorDetails();
    return details.serviceName() + " answers " + details.errorCode();
  }
}
