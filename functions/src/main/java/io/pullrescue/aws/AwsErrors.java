package io.pullrescue.aws;

import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Calls that a service refused for good; others are thrown again and tried again later. */
public final class AwsErrors {
  private AwsErrors() {}

  /** What a refusal means for a file that was to be read. */
  public static Unavailable unavailable(AwsServiceException error) {
    return new Unavailable(describe(error));
  }

  /** The service and its answer; what asking again may mend is thrown on. */
  public static String describe(AwsServiceException error) {
    if (error.isThrottlingException() || error.statusCode() >= 500) {
      throw error;
    }
    var details = error.awsErrorDetails();
    return details.serviceName() + " answers " + details.errorCode();
  }
}
