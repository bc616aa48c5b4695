package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.image.ImageReference;

/** Checks what must hold for the diagnosis of any text. */
public final class Invariants {
  private Invariants() {}

  /** Throws {@link AssertionError} if the diagnosis of this text violates an invariant. */
  public static void check(String text) {
    var normalized = text.replaceAll("\r+\n", "\n");
    var diagnosis = MessageCorpus.diagnose(normalized);

    assertThat(MessageCorpus.images(diagnosis)).allMatch(Invariants::isLegal);
    if (diagnosis instanceof PullFailed failed) {
      assertThat(failed.evidence().text()).hasSizeLessThanOrEqualTo(330).doesNotContain("\n");
      assertThat(failed.evidence().lineNumber()).isBetween(1, (int) normalized.lines().count());
    }
    assertThat(MessageCorpus.diagnose(normalized.replace("\n", "\r\n"))).isEqualTo(diagnosis);
  }

  private static boolean isLegal(String image) {
    return ImageReference.parse(image).map(Object::toString).filter(image::equals).isPresent();
  }
}
