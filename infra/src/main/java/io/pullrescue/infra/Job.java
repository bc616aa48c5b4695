package io.pullrescue.infra;

import java.util.Locale;
import software.amazon.awscdk.Duration;

/** What each function is there for, with the time and memory it may take. */
enum Job {
  DIAGNOSE("Finds out which image a failure is about, and why", 60, 512, 1),
  // A copy may wait for Docker Hub's limit to pass, twice: it counts over six hours.
  // 1769 MB is one whole CPU, and 900 s the longest that Lambda lets a function run.
  REPLICATE("Copies one image into ECR, byte for byte", 900, 1769, 13),
  RETRY("Runs the failed work again, from the copy", 60, 512, 1),
  RESCUE("Does the whole way by hand: an image, an error text or a build", 900, 1769, 1),
  REFRESH("Asks for the tags of the mirror again that people pull", 300, 512, 1);

  private final String description;
  private final int timeoutSeconds;
  private final int memoryMegabytes;
  private final int patienceHours;

  Job(String description, int timeoutSeconds, int memoryMegabytes, int patienceHours) {
    this.description = description;
    this.timeoutSeconds = timeoutSeconds;
    this.memoryMegabytes = memoryMegabytes;
    this.patienceHours = patienceHours;
  }

  String description() {
    return description;
  }

  Duration timeout() {
    return Duration.seconds(timeoutSeconds);
  }

  /** How long its messages may wait, with all that they may have to wait for. */
  Duration patience() {
    return Duration.hours(patienceHours);
  }

  int memoryMegabytes() {
    return memoryMegabytes;
  }

  /** The construct's name: {@code Diagnose}. */
  String title() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** The name in the account; the documents and scripts call it by this. */
  String functionName() {
    return "pull-rescue-" + name().toLowerCase(Locale.ROOT);
  }

  String handler() {
    return "io.pullrescue.lambda." + title() + "Handler::handleRequest";
  }

  /**
   * How long a message stays hidden while it is worked on. AWS advises six times the timeout; of
   * the longest function that would leave the copy of a crashed one waiting for an hour and a half,
   * and with one message at a time five minutes beyond the timeout are enough.
   */
  Duration visibilityTimeout() {
    return Duration.seconds(Math.min(6 * timeoutSeconds, timeoutSeconds + 300));
  }
}
