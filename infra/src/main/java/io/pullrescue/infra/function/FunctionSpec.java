package io.pullrescue.infra.function;

import io.pullrescue.config.PullRescueConfig;
import java.util.Locale;
import software.amazon.awscdk.Duration;

/** Specifies the functions: purpose, timeout, memory, and the settings that each reads. */
public enum FunctionSpec {
  /** Turns failure events into diagnoses. */
  DIAGNOSE("Finds out which image a failed workload could not pull, and why", 60, 512, 1),
  /**
   * Copies images. 900 s is Lambda's maximum, and 1769 MB the memory that comes with one full CPU.
   * A message may wait for Docker Hub's rate limit twice, whose window is 6 hours.
   */
  REPLICATE("Copies one image from its upstream registry into Amazon ECR", 900, 1769, 13),
  /** Retries workloads. A message may wait four hours for a pipeline stage. */
  RETRY("Retries the failed workload from the mirrored image", 60, 512, 5),
  /** Serves manual requests. */
  MANUAL("Mirrors an image, diagnoses an error text or a build, on request", 900, 1769, 1),
  /** Keeps the mirror up to date. */
  REFRESH("Requests replication of the mirrored tags that may have changed upstream", 300, 512, 1);

  private final String description;
  private final int timeoutSeconds;
  private final int memoryMegabytes;
  private final int maxMessageAgeHours;

  FunctionSpec(
      String description, int timeoutSeconds, int memoryMegabytes, int maxMessageAgeHours) {
    this.description = description;
    this.timeoutSeconds = timeoutSeconds;
    this.memoryMegabytes = memoryMegabytes;
    this.maxMessageAgeHours = maxMessageAgeHours;
  }

  /** Returns what the function does. */
  public String description() {
    return description;
  }

  /** Returns how long an invocation may take. */
  public Duration timeout() {
    return Duration.seconds(timeoutSeconds);
  }

  /** Returns the expected maximum age of a message, including deliberate delays. */
  public Duration maxMessageAge() {
    return Duration.hours(maxMessageAgeHours);
  }

  /** Returns the memory of the function. */
  public int memoryMegabytes() {
    return memoryMegabytes;
  }

  /** Returns the id of the construct, such as {@code Diagnose}. */
  public String constructId() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** Returns the name in the account, which scripts and documentation use. */
  public String functionName() {
    return "pull-rescue-" + name().toLowerCase(Locale.ROOT);
  }

  /** Returns the log group of the function. */
  public String logGroupName() {
    return "/aws/lambda/" + functionName();
  }

  String handler() {
    return "io.pullrescue.lambda." + constructId() + "Handler::handleRequest";
  }

  /** Returns whether the function publishes events; a refresh only requests replications. */
  public boolean publishesEvents() {
    return this != REFRESH;
  }

  /** Returns whether the function reads a property of {@link PullRescueConfig}. */
  boolean reads(String property) {
    return switch (property) {
      case "mode", "mirror" -> true;
      case "credentials" -> this == REPLICATE || this == RETRY || this == MANUAL;
      case "platforms" -> this == REPLICATE || this == REFRESH;
      case "workloadPullSecrets" -> this == REPLICATE;
      case "replication" -> this == REPLICATE || this == MANUAL;
      case "buildLogBuckets" -> this == DIAGNOSE || this == RETRY;
      case "retry" -> this == REPLICATE || this == RETRY;
      default -> throw new IllegalArgumentException("no function reads " + property);
    };
  }

  /**
   * Returns how long a message stays invisible while it is processed. AWS recommends six times the
   * timeout. For the longest function that would delay the retry of a crashed invocation by 90
   * minutes; with one message per invocation five minutes beyond the timeout suffice.
   */
  public Duration visibilityTimeout() {
    return Duration.seconds(Math.min(6 * timeoutSeconds, timeoutSeconds + 300));
  }
}
