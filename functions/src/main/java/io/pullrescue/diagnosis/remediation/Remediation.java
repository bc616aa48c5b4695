package io.pullrescue.diagnosis.remediation;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes what to do about a failed pull.
 *
 * @param automatic whether pull-rescue copies the image, and retries the workload where the
 *     settings allow it
 * @param summary what happened and what pull-rescue does about it, in two or three sentences
 * @param steps what a person can do, most helpful first
 */
public record Remediation(boolean automatic, String summary, List<Step> steps) {
  /**
   * One thing to do.
   *
   * @param description what to do, in one or two sentences
   * @param snippet the exact command, policy or setting; null if the description suffices
   */
  public record Step(String description, @Nullable String snippet) {}

  public Remediation {
    steps = List.copyOf(steps);
  }

  /** Returns the same remediation with these steps after its own. */
  public Remediation plus(List<Step> additional) {
    return new Remediation(
        automatic, summary, Stream.concat(steps.stream(), additional.stream()).toList());
  }
}
