package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.Inline;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.Invalid;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.S3Object;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BuildspecLocationTest {
  @ParameterizedTest
  @CsvSource({
    "buildspec.yml,           buildspec.yml",
    "./ci/build spec.yaml,    ci/build spec.yaml",
    "././a/.hidden/b..c.json, a/.hidden/b..c.json",
    "' ',                     buildspec.yml"
  })
  void parsesPathAsSourceFile(String buildspec, String path) {
    assertThat(BuildspecLocation.parse(buildspec)).isEqualTo(new SourceFile(path));
  }

  @Test
  void parsesNullAsDefaultPath() {
    assertThat(BuildspecLocation.parse(null)).isEqualTo(new SourceFile("buildspec.yml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{version: 0.2, phases: {}}", "version: 0.2\nphases: {}", "a\nb", "a: b"})
  void parsesMappingOrMultilineTextAsInline(String buildspec) {
    assertThat(BuildspecLocation.parse(buildspec)).isEqualTo(new Inline(buildspec));
  }

  @Test
  void parsesArnAsS3Object() {
    assertThat(BuildspecLocation.parse("arn:aws-cn:s3:::team.specs/shop/buildspec.yml"))
        .isEqualTo(new S3Object("team.specs", "shop/buildspec.yml"));
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
  void rejectsUnsafePaths(String buildspec) {
    assertThat(BuildspecLocation.parse(buildspec)).isInstanceOf(Invalid.class);
  }
}
