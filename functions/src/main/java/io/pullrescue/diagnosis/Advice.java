package io.pullrescue.diagnosis;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What helps against a failed pull.
 *
 * @param rescued whether pull-rescue copies the image by itself, and runs the work again where it
 *     may
 * @param summary what happened and what pull-rescue does about it, in a sentence or two
 * @param remedies what a person can do, most helpful first
 */
public record Advice(boolean rescued, String summary, List<Remedy> remedies) {
  /** Copies the list, so that an advice never changes. */
  public Advice {
    remedies = List.copyOf(remedies);
  }

  /** The same, with these beside its remedies. */
  public Advice and(List<Remedy> more) {
    return new Advice(rescued, summary, Stream.concat(remedies.stream(), more.stream()).toList());
  }

  /**
   * One thing to do.
   *
   * @param text the exact command, policy or setting; null where words are enough
   */
  public record Remedy(String words, @Nullable String text) {}
}
