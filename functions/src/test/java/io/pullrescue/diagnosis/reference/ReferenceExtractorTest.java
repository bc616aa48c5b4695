package io.pullrescue.diagnosis.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Extracts the reference at each position; the phrase is in brackets. */
final class ReferenceExtractorTest {
  private static final String UNRESOLVABLE = "unresolvable";

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      nullValues = "-",
      textBlock =
          """
          NONE               => [x] a/b:1                                     => -
          AFTER              => [load metadata for] a/b:1                     => docker.io/a/b:1
          AFTER              => [pull image] "ruby"                           => docker.io/library/ruby:latest
          AFTER              => [pull image] ruby                             => -
          AFTER              => [pull image]: a/b:1:                          => docker.io/a/b:1
          AFTER              => [pull image] **a/b:1 now                      => docker.io/a/b:1
          AFTER              => [pull image] **a/b:1** now                    => docker.io/a/b:1
          AFTER              => [pull image] **a/b:1*** now                   => unresolvable
          AFTER              => [pull image] a/b:1** now                      => unresolvable
          AFTER              => {[pull image]=a/b:1}                          => docker.io/a/b:1
          AFTER              => [pull image] a/b:{x}                          => unresolvable
          AFTER              => [pull image] "a/b:1: rpc error                => docker.io/a/b:1
          AFTER              => [pull image] "a/b: {{ version }}"             => unresolvable
          AFTER              => [pull image] "a/b:1 rpc error                 => unresolvable
          AFTER              => [pull image] docker://a/b:1                   => docker.io/a/b:1
          AFTER              => [pull image] ***/b:1                          => unresolvable
          AFTER              => [pull image] <registry>/b:1                   => unresolvable
          AFTER              => [pull image] a/b<x>:1                         => unresolvable
          AFTER              => [pull image] "a/b number here"                => unresolvable
          AFTER              => [pull image] "a/b:1 "                         => docker.io/a/b:1
          AFTER              => [pull image] a/b:1@sha256:12                  => docker.io/a/b:1
          AFTER              => [pull image] a/b:1@sha256:12****9             => docker.io/a/b:1
          AFTER              => [pull image] a/b@sha256:12                    => unresolvable
          AFTER              => [pull image] a/B:1                            => unresolvable
          AFTER_STRICT       => [trying to pull] ruby                         => docker.io/library/ruby:latest
          AFTER_STRICT       => [trying to pull] ruby...                      => docker.io/library/ruby:latest
          AFTER_STRICT       => [trying to pull] The                          => -
          AFTER_STRICT       => [trying to pull] 0123456789ab                 => unresolvable
          AFTER_IF_QUALIFIED => [pull] quay.io/a/b                            => quay.io/a/b:latest
          AFTER_IF_QUALIFIED => [pull] docker.io/a/b                          => docker.io/a/b:latest
          AFTER_IF_QUALIFIED => [pull] a/b                                    => -
          AFTER_IF_QUALIFIED => [pull] ***                                    => -
          AFTER_IF_PINNED    => [failed to pull] a/b:1                        => docker.io/a/b:1
          AFTER_IF_PINNED    => [failed to pull] a/b                          => -
          AFTER_IF_PINNED    => [failed to pull] ***                          => -
          AFTER_IF_NOT_FOUND => [manifest for] a/b:1 not found                => docker.io/a/b:1
          AFTER_IF_NOT_FOUND => [manifest for] ruby not found                 => docker.io/library/ruby:latest
          AFTER_IF_NOT_FOUND => [image] a/b:1 Error                           => -
          AFTER_IF_NOT_FOUND => [image] a/b:1 Error x                         => docker.io/a/b:1
          AFTER_IF_NOT_FOUND => [image] a/b:1 Warning x                       => docker.io/a/b:1
          AFTER_IF_NOT_FOUND => [image] a/b:1 was not found                   => -
          AFTER_IF_NOT_FOUND => [image]:a/b:1 not found                       => -
          AFTER_IF_NOT_FOUND => [image] a/b:1 does not exist on the daemon    => docker.io/a/b:1
          AFTER_IF_NOT_FOUND => [image] does not exist                        => -
          AFTER_IF_NOT_FOUND => [image] [id] does not exist                   => unresolvable
          AFTER_IF_NOT_FOUND => [image] [a/b:1] does not exist                => docker.io/a/b:1
          AFTER_IF_NOT_FOUND => [image] ***                                   => unresolvable
          AFTER_IF_PULLING   => [image] a/b:1 Pulling                         => docker.io/a/b:1
          AFTER_IF_PULLING   => [image] a/b:1 is old, Pulling                 => -
          AFTER_QUALIFIED    => [failed to resolve reference] "quay.io/a:1"   => quay.io/a:1
          AFTER_QUALIFIED    => [failed to resolve reference] "a/b:1"         => unresolvable
          AFTER_QUALIFIED    => [failed to resolve reference] it              => -
          AFTER_FULL_NAME    => [load metadata for] docker.io/a/b:1  0.9s     => docker.io/a/b:1
          AFTER_FULL_NAME    => [load metadata for] docker.io/library/  0.9s  => unresolvable
          AFTER_FULL_NAME    => [load metadata for] docker.io/libra  0.9s     => unresolvable
          AFTER_FULL_NAME    => [load metadata for] a/b:1  0.9s               => unresolvable
          AFTER_COLON        => [failed to solve:] a/b:1: not found           => docker.io/a/b:1
          AFTER_COLON        => [failed to solve:] DeadlineExceeded: a/b:1: x => docker.io/a/b:1
          AFTER_COLON        => [failed to solve:] rpc: one: two: a/b:1: x    => docker.io/a/b:1
          AFTER_COLON        => [failed to solve:] a: b: c: d: e: f: a/b:1    => -
          AFTER_COLON        => [failed to solve:] process did not complete   => -
          BEFORE             => a/b:1[: not found]                            => docker.io/a/b:1
          BEFORE             => see a/b:1[: not found]                        => docker.io/a/b:1
          BEFORE             => a/b[: not found]                              => -
          BEFORE             => ***/b:1[: not found]                          => unresolvable
          BEFORE             => a/B:1[: not found]                            => -
          BEFORE_IF_QUALIFIED => error: quay.io/a/b:1[: unauthorized]          => quay.io/a/b:1
          BEFORE_IF_QUALIFIED => error: 10.0.0.1:443[: unauthorized]           => -
          QUERY              => create?[fromimage=]a/b&tag=1                  => docker.io/a/b:1
          QUERY              => create?tag=1&[fromimage=]a/b                  => docker.io/a/b:1
          QUERY              => create?[fromimage=]a/b                        => docker.io/a/b:latest
          QUERY              => create?[fromimage=]a/b:2&tag=1                => docker.io/a/b:2
          QUERY              => create?[fromimage=]a/b&tag=1: 500             => docker.io/a/b:1
          QUERY              => create?[fromimage=]                           => -
          TAG_IN             => [reading manifest] 1 in quay.io/a/b: denied   => quay.io/a/b:1
          TAG_IN             => [reading manifest] 1 in quay.io/a/b           => unresolvable
          TAG_IN             => [reading manifest] 1 of quay.io/a/b           => -
          TAG_IN             => [reading manifest] in quay.io/a/b             => -
          TAG_IN             => [reading manifest]                            => -
          TAG_BEFORE         => 1[: pulling from] library/ruby                => docker.io/library/ruby:1
          TAG_BEFORE         => v 1[: pulling from] quay.io/a/b               => quay.io/a/b:1
          TAG_BEFORE         => a/b:1[: pulling from] host                    => -
          TAG_BEFORE         => 1[: pulling from]                             => -
          TAG_FROM           => [error pulling image] (1) from a/b, denied    => docker.io/a/b:1
          TAG_FROM           => [error pulling image] (1) from a/b: denied    => docker.io/a/b:1
          TAG_FROM           => [error pulling image] 1) from a/b             => -
          TAG_FROM           => [error pulling image] (1) of a/b              => -
          TAG_NOT_FOUND      => Tag 1 [not found in repository] quay.io/a/b   => quay.io/a/b:1
          TAG_NOT_FOUND      => 1 [not found in repository] quay.io/a/b       => -
          TAG_NOT_FOUND      => Tag 1 [not found in repository]               => -
          API_PATH           => [/distribution/]a/b:1/json                    => docker.io/a/b:1
          API_PATH           => [/distribution/]a/b:1                         => -
          IN_PARENTHESES     => [Pulling] web (a/b:1)...                      => docker.io/a/b:1
          IN_PARENTHESES     => [Pulling] web (ruby)...                       => docker.io/library/ruby:latest
          IN_PARENTHESES     => [Pulling] web (image details)...              => unresolvable
          IN_PARENTHESES     => [Pulling] web (a/b:1)                         => -
          IN_PARENTHESES     => [Pulling] web and db (a/b:1)...               => -
          IN_PARENTHESES     => [Pulling] web (a/b:1...                       => -
          """)
  void extractsReferenceAtPosition(ReferencePosition position, String marked, String image) {
    var start = marked.indexOf('[');
    var end = marked.indexOf(']') - 1;
    var text = marked.replaceFirst("\\[", "").replaceFirst("]", "");

    assertThat(
            ReferenceExtractor.extract(position, text, start, end)
                .map(ReferenceExtractorTest::describe)
                .orElse(null))
        .isEqualTo(image);
  }

  @Test
  void extractsDigestInPlaceOfTag() {
    var digest = "sha256:" + "a1".repeat(32);
    var in = " " + digest + " in quay.io/a/b: denied";
    var before = digest + ": pulling from quay.io/a/b";

    assertThat(
            ReferenceExtractor.extract(ReferencePosition.TAG_IN, in, 0, 0)
                .map(ReferenceExtractorTest::describe))
        .contains("quay.io/a/b@" + digest);
    assertThat(
            ReferenceExtractor.extract(ReferencePosition.TAG_BEFORE, before, 71, 85)
                .map(ReferenceExtractorTest::describe))
        .contains("quay.io/a/b@" + digest);
  }

  private static String describe(ImageMention mention) {
    return switch (mention) {
      case ImageMention.Named named -> named.image().toString();
      case ImageMention.Unresolvable() -> UNRESOLVABLE;
    };
  }
}
