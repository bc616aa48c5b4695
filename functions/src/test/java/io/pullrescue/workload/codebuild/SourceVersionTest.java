package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.SampleBuild;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** The forms of source versions, and which of them CodeBuild accepts together with a commit. */
final class SourceVersionTest {
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final String OTHER_COMMIT = "0a".repeat(20);

  /** See https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      textBlock =
          """
          GITHUB,              null,                        COMMIT
          GITHUB,              COMMIT,                      COMMIT
          GITHUB,              main,                        COMMIT
          GITHUB,              refs/heads/main,             refs/heads/main^{COMMIT}
          GITHUB,              refs/tags/v1,                refs/tags/v1^{COMMIT}
          GITHUB,              pr/7,                        refs/pull/7/head^{COMMIT}
          GITHUB,              refs/pull/7/head,            refs/pull/7/head^{COMMIT}
          GITHUB,              refs/heads/main^{COMMIT},    refs/heads/main^{COMMIT}
          GITHUB_ENTERPRISE,   pr/7,                        refs/pull/7/head^{COMMIT}
          BITBUCKET,           refs/heads/main,             refs/heads/main^{COMMIT}
          BITBUCKET,           pr/7,                        COMMIT
          CODECOMMIT,          refs/heads/main,             refs/heads/main^{COMMIT}
          GITLAB,              refs/heads/main,             COMMIT
          GITLAB,              mr/7,                        COMMIT
          GITLAB_SELF_MANAGED, main,                        COMMIT
          """)
  void retryKeepsReferenceWhereSourceAcceptsIt(
      String type, @Nullable String requested, String expected) {
    var version = version(type, requested, COMMIT);

    assertThat(version.forRetry()).isEqualTo(expected.replace("COMMIT", COMMIT));
    assertThat(version.isFixed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      textBlock =
          """
          GITHUB,    null
          GITHUB,    main
          GITHUB,    pr/7
          NO_SOURCE, null
          S3,        null
          """)
  void retryWithoutCommitBuildsCurrentContent(String type, @Nullable String requested) {
    var version = version(type, requested, null);

    assertThat(version.forRetry()).isEqualTo(requested);
    assertThat(version.isFixed()).isFalse();
    assertThat(version.changesInRetry()).isFalse();
  }

  @Test
  void versionOfObjectAndCommitAreFixed() {
    assertThat(version("S3", "3sL4kqtJlcpXroDTDmJ", null).isFixed()).isTrue();
    assertThat(version("GITHUB", COMMIT, null).isFixed()).isTrue();
    assertThat(version("GITHUB", "refs/heads/main^{" + COMMIT + "}", null).commit())
        .contains(COMMIT);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          pr/7
          pr/7^{COMMIT}
          refs/pull/7/head
          refs/pull/7/head^{COMMIT}
          refs/pull/7/merge
          mr/7
          refs/merge-requests/7/head
          """)
  void recognizesPullRequests(String requested) {
    assertThat(version("GITHUB", requested, COMMIT).isPullRequest()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      textBlock =
          """
          main,         refs/heads/main,               true
          main,         refs/heads/main^{COMMIT},      true
          main,         feature,                       false
          pr/7,         refs/pull/7/head^{COMMIT},     true
          pr/7,         pr/8,                          false
          pr/7,         main,                          false
          pr/7,         OTHER,                         false
          pr/7,         null,                          false
          COMMIT,       OTHER,                         true
          COMMIT,       main,                          true
          null,         main,                          true
          """)
  void comparesReferences(@Nullable String requested, @Nullable String other, boolean expected) {
    var one = version("GITHUB", requested, COMMIT);
    var two = version("GITHUB", other, OTHER_COMMIT);

    assertThat(one.mayBeSameReference(two)).isEqualTo(expected);
    assertThat(two.mayBeSameReference(one)).isEqualTo(expected);
  }

  private static SourceVersion version(
      String type, @Nullable String requested, @Nullable String resolved) {
    var text =
        requested == null
            ? null
            : requested.replace("COMMIT", COMMIT).replace("OTHER", OTHER_COMMIT);
    return SourceVersion.of(
        SampleBuild.failed()
            .withSourceType(SourceType.fromValue(type), "https://example.com/shop.git")
            .withSourceVersion(text, resolved)
            .build());
  }
}
