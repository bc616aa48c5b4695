package io.pullrescue.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pullrescue.event.Trigger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people should know about one rescue. {@code events/schemas} has the schema of its JSON.
 *
 * @param title what became of which workload, in a few words
 * @param outcome what became of it, for programs
 * @param verdict whether there is anything to do
 * @param summary what happened, in a few sentences
 * @param trigger the workload that failed first
 * @param failedWorkload which workload failed, and when that was diagnosed
 * @param reasons why it failed
 * @param mirroredImages what was mirrored
 * @param problems why an image was not mirrored, or the workload not retried
 * @param retries what was retried
 * @param result how it ended; null if it has not
 * @param steps what people can do, most helpful first
 * @param stepsNeeded whether somebody has to take them
 * @param permanentFixes which texts to change, so that it does not happen again
 * @param links pages of the AWS console
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "title",
  "outcome",
  "verdict",
  "summary",
  "trigger",
  "failedWorkload",
  "reasons",
  "mirroredImages",
  "problems",
  "retries",
  "result",
  "stepsNeeded",
  "steps",
  "permanentFixes",
  "links"
})
record RescueReport(
    String title,
    Outcome outcome,
    String verdict,
    String summary,
    Trigger trigger,
    String failedWorkload,
    List<Reason> reasons,
    List<MirroredImage> mirroredImages,
    List<String> problems,
    List<Retry> retries,
    @Nullable Result result,
    boolean stepsNeeded,
    List<Step> steps,
    List<PermanentFix> permanentFixes,
    List<Link> links) {

  /** What has to be known before a reference to the mirror is written. */
  static final String MIRROR_NOTE =
      "A role that pulls needs the policy of the stack output PullFromMirrorPolicy. CodeBuild itself"
          + " may pull an environment image without it. A tag in the mirror moves only if somebody"
          + " mirrors the image again, or with `refreshIntervalHours`.";

  /** States what became of a rescue. */
  enum Outcome {
    /** A retried build succeeded. */
    RECOVERED,
    /** The workload was retried, and its end is not recorded. */
    RETRIED,
    /** The retry failed for another reason than an image pull. */
    RETRY_FAILED,
    /** The workload was not retried. */
    SKIPPED,
    /** The images are mirrored, and nothing was retried so far. */
    MIRRORED,
    /** An image could not be mirrored. */
    NOT_MIRRORED,
    /** The failure was reported only. */
    REPORTED,
    /** The images are being mirrored. */
    IN_PROGRESS
  }

  /**
   * Why a pull failed.
   *
   * @param text the cause in a sentence
   * @param quoteSource where the quoted line stands
   * @param quote the line; text of others
   */
  record Reason(String text, String quoteSource, String quote) {}

  /**
   * An image in the mirror.
   *
   * @param text how it was copied, in a sentence
   * @param notes what else should be known
   */
  record MirroredImage(String image, String mirroredImage, String text, List<String> notes) {}

  /**
   * A retry.
   *
   * @param started what was started
   * @param text how it finds the images
   * @param caveats what differs from the workload that failed
   */
  record Retry(int attempt, String started, String text, List<String> caveats) {}

  /**
   * The success of a retry.
   *
   * @param secondsSinceFailure null if that is not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(String build, String text, @Nullable Long secondsSinceFailure) {}

  /** A thing that a person can do; without a snippet if the description suffices. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Step(String description, @Nullable String snippet) {}

  /**
   * A change of a text that names the image.
   *
   * @param place the file or setting
   * @param line its number; null if it is not known
   * @param oldText the text as it is
   * @param newText the text as it should be
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"place", "line", "oldText", "newText"})
  record PermanentFix(String place, @Nullable Integer line, String oldText, String newText) {}

  /** A page of the console. */
  record Link(String title, String url) {}

  RescueReport {
    reasons = List.copyOf(reasons);
    mirroredImages = List.copyOf(mirroredImages);
    problems = List.copyOf(problems);
    retries = List.copyOf(retries);
    steps = List.copyOf(steps);
    permanentFixes = List.copyOf(permanentFixes);
    links = List.copyOf(links);
  }
}
