package io.pullrescue.aws;

import io.pullrescue.text.TextSanitizer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Describes errors of AWS services that a retry does not resolve. */
public final class AwsErrors {
  private AwsErrors() {}

  /**
   * ECS throttles RegisterTaskDefinition with a {@code ClientException}.
   *
   * @see <a href="https://github.com/hashicorp/terraform-provider-aws/issues/9777">Too many
   *     concurrent attempts to create a new revision of the specified family</a>
   */
  private static final String CONCURRENT_ATTEMPTS = "Too many concurrent attempts";

  /** Returns whether the same call may succeed later: it was throttled, or the service failed. */
  public static boolean isTemporary(AwsServiceException error) {
    return error.isThrottlingException()
        || error.statusCode() >= 500
        || message(error).startsWith(CONCURRENT_ATTEMPTS);
  }

  /** Returns the message of the service, or its error code without one. */
  public static String message(AwsServiceException error) {
    var details = error.awsErrorDetails();
    if (details == null) {
      return TextSanitizer.sanitize(String.valueOf(error.getMessage()));
    }
    var message = details.errorMessage();
    return TextSanitizer.sanitize(
        message == null || message.isBlank() ? String.valueOf(details.errorCode()) : message);
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
