package io.pullrescue.diagnosis.remediation;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What helps against a failed pull.
 *
 * @param automatic whether pull-rescue copies the image by itself, and runs the work again where it
 *     may
 * @param summary what happened and what pull-rescue does about it, in a sentence or two
 * @param steps what a person can do, most helpful first
 */
public record Remediation(boolean automatic, String summary, List<Step> steps) {
  /** Copies the list, so that an advice never changes. */
  public Remediation {
    steps = List.copyOf(steps);
  }

  /** The same, with these beside its remedies. */
  public Remediation plus(List<Step> additional) {
    return new Remediation(
        automatic, summary, Stream.concat(steps.stream(), additional.stream()).toList());
  }

  /**
   * One thing to do.
   *
   * @param snippet the exact command, policy or setting; null where words are enough
   */
  public record Step(String description, @Nullable String snippet) {}
}
