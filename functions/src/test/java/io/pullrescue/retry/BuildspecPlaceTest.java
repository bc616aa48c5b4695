package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.retry.BuildspecPlace.InBucket;
import io.pullrescue.retry.BuildspecPlace.InSource;
import io.pullrescue.retry.BuildspecPlace.Inline;
import io.pullrescue.retry.BuildspecPlace.Unclear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BuildspecPlaceTest {
  @ParameterizedTest
  @CsvSource({
    "buildspec.yml,           buildspec.yml",
    "./ci/build spec.yaml,    ci/build spec.yaml",
    "././a/.hidden/b..c.json, a/.hidden/b..c.json",
    "' ',                     buildspec.yml"
  })
  void aPathIsKeptInTheSource(String told, String path) {
    assertThat(BuildspecPlace.of(told)).isEqualTo(new InSource(path));
  }

  @Test
  void nothingMeansTheUsualFile() {
    assertThat(BuildspecPlace.of(null)).isEqualTo(new InSource("buildspec.yml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{version: 0.2, phases: {}}", "version: 0.2\nphases: {}", "a\nb", "a: b"})
  void aMappingOrMoreThanALineIsTheTextItself(String told) {
    assertThat(BuildspecPlace.of(told)).isEqualTo(new Inline(told));
  }

  @Test
  void anArnNamesAnObject() {
    assertThat(BuildspecPlace.of("arn:aws-cn:s3:::team.specs/shop/buildspec.yml"))
        .isEqualTo(new InBucket("team.specs", "shop/buildspec.yml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../buildspec.yml",
        "./../buildspec.yml",
        "ci/../../x",
        "ci/..",
        "ci//x",
        "ci/./x",
        "ci/",
        "/etc/passwd",
        "x'; reboot; '",
        "$HOME/x",
        "x\ty",
        "a\\b",
        "caf\u00e9.yml",
        "arn:aws:s3:::Bucket/key",
        "arn:aws:s3:::bucket",
        "https://example.com/buildspec.yml"
      })
  void whatCouldBeTakenForMoreThanAPathIsRefused(String told) {
    assertThat(BuildspecPlace.of(told)).isInstanceOf(Unclear.class);
  }
}
