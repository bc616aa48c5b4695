package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.image.ImageReference;

/** What holds of the reading of any text at all. */
final class Promises {
  private Promises() {}

  static void hold(String text) {
    var plain = text.replaceAll("\r+\n", "\n");
    var diagnosis = Messages.diagnose(plain);

    assertThat(Messages.images(diagnosis)).allMatch(Promises::isLegal);
    if (diagnosis instanceof PullFailed failed) {
      assertThat(failed.evidence().line()).hasSizeLessThanOrEqualTo(1003).doesNotContain("\n");
      assertThat(failed.evidence().number()).isBetween(1, (int) plain.lines().count());
    }
    assertThat(Messages.diagnose(plain.replace("\n", "\r\n"))).isEqualTo(diagnosis);
  }

  private static boolean isLegal(String image) {
    return ImageReference.parse(image).map(Object::toString).filter(image::equals).isPresent();
  }
}
