package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The edge cases of the public grammar, gathered from what its own tests publish
 * (reference_test.go, normalize_test.go and regexp_test.go).
 *
 * @see <a href="https://github.com/distribution/reference">distribution/reference</a>
 */
final class ImageReferenceGrammarTest {
  private static final String HEX_DIGEST = "f".repeat(64);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      nullValues = "-",
      delimiterString = "|",
      textBlock =
          """
          # text                                | registry               | repository                  | tag              | as people type it
          redis                                 | docker.io              | library/redis               | latest           | redis:latest
          redis:latest                          | docker.io              | library/redis               | latest           | redis:latest
          lowercase:Uppercase                   | docker.io              | library/lowercase           | Uppercase        | lowercase:Uppercase
          test_com                              | docker.io              | library/test_com            | latest           | test_com:latest
          test.com:tag                          | docker.io              | library/test.com            | tag              | test.com:tag
          test.com:5000                         | docker.io              | library/test.com            | 5000             | test.com:5000
          foo_bar.com:8080                      | docker.io              | library/foo_bar.com         | 8080             | foo_bar.com:8080
          localhost:8080                        | docker.io              | library/localhost           | 8080             | localhost:8080
          192.168.1.1:5000                      | docker.io              | library/192.168.1.1         | 5000             | 192.168.1.1:5000
          foo/foo_bar.com:8080                  | docker.io              | foo/foo_bar.com             | 8080             | foo/foo_bar.com:8080
          test_com/foo                          | docker.io              | test_com/foo                | latest           | test_com/foo:latest
          docker/migrator                       | docker.io              | docker/migrator             | latest           | docker/migrator:latest
          docker/stevvooe/app                   | docker.io              | docker/stevvooe/app         | latest           | docker/stevvooe/app:latest
          d/docker                              | docker.io              | d/docker                    | latest           | d/docker:latest
          docker---rules/docker                 | docker.io              | docker---rules/docker       | latest           | docker---rules/docker:latest
          dock__er/docker                       | docker.io              | dock__er/docker             | latest           | dock__er/docker:latest
          aa-a/a                                | docker.io              | aa-a/a                      | latest           | aa-a/a:latest
          docker.io/ruby                        | docker.io              | library/ruby                | latest           | ruby:latest
          docker.io/library/foo                 | docker.io              | library/foo                 | latest           | foo:latest
          index.docker.io/debian                | docker.io              | library/debian              | latest           | debian:latest
          index.docker.io/fooo/bar              | docker.io              | fooo/bar                    | latest           | fooo/bar:latest
          registry-1.docker.io/debian           | docker.io              | library/debian              | latest           | debian:latest
          library/ubuntu-12.04-base             | docker.io              | library/ubuntu-12.04-base   | latest           | ubuntu-12.04-base:latest
          docker.io/library/foo/bar             | docker.io              | library/foo/bar             | latest           | library/foo/bar:latest
          other/library                         | docker.io              | other/library               | latest           | other/library:latest
          test.com/repo:tag                     | test.com               | repo                        | tag              | test.com/repo:tag
          test-com:8080/foo                     | test-com:8080          | foo                         | latest           | test-com:8080/foo:latest
          test:5000/repo:tag                    | test:5000              | repo                        | tag              | test:5000/repo:tag
          localhost/foo                         | localhost              | foo                         | latest           | localhost/foo:latest
          localhost:5000/foo:1                  | localhost:5000         | foo                         | 1                | localhost:5000/foo:1
          127.0.0.1:8000/privatebase            | 127.0.0.1:8000         | privatebase                 | latest           | 127.0.0.1:8000/privatebase:latest
          192.168.1.1/repo                      | 192.168.1.1            | repo                        | latest           | 192.168.1.1/repo:latest
          192.168.1.1:5000/repo:5050            | 192.168.1.1:5000       | repo                        | 5050             | 192.168.1.1:5000/repo:5050
          sub-dom1.foo.com/bar/baz/quux:a-b     | sub-dom1.foo.com       | bar/baz/quux                | a-b              | sub-dom1.foo.com/bar/baz/quux:a-b
          b.gcr.io/test.example.com/my-app:a.b  | b.gcr.io               | test.example.com/my-app     | a.b              | b.gcr.io/test.example.com/my-app:a.b
          xn--n3h.com:18080/foo:xn--n3h.com     | xn--n3h.com:18080      | foo                         | xn--n3h.com      | xn--n3h.com:18080/foo:xn--n3h.com
          example.com/a__b/myimage              | example.com            | a__b/myimage                | latest           | example.com/a__b/myimage:latest
          registry.io/p--id.m--n.v---s--n       | registry.io            | p--id.m--n.v---s--n         | latest           | registry.io/p--id.m--n.v---s--n:latest
          Asdf.com/foo/bar                      | Asdf.com               | foo/bar                     | latest           | Asdf.com/foo/bar:latest
          Foo/bar                               | Foo                    | bar                         | latest           | Foo/bar:latest
          FOO/bar                               | FOO                    | bar                         | latest           | FOO/bar:latest
          ab.c-om/x:_1                          | ab.c-om                | x                           | _1               | ab.c-om/x:_1
          0101.com/x                            | 0101.com               | x                           | latest           | 0101.com/x:latest
          [2001:db8::1]/repo                    | [2001:db8::1]          | repo                        | latest           | [2001:db8::1]/repo:latest
          [2001:db8:1:2:3:4:5:6]/repo:tag       | [2001:db8:1:2:3:4:5:6] | repo                        | tag              | [2001:db8:1:2:3:4:5:6]/repo:tag
          [2001:db8::]:5000/repo                | [2001:db8::]:5000      | repo                        | latest           | [2001:db8::]:5000/repo:latest
          [::1]:5000/a/b:tag                    | [::1]:5000             | a/b                         | tag              | [::1]:5000/a/b:tag
          [FD00::AF]:5000/repo                  | [FD00::AF]:5000        | repo                        | latest           | [FD00::AF]:5000/repo:latest
          """)
  void parsesEachPart(
      String text, String registry, String repository, String tag, String familiar) {
    assertThat(ImageReference.of(text))
        .returns(registry, ImageReference::registry)
        .returns(repository, ImageReference::repository)
        .returns(tag, ImageReference::tag)
        .returns(familiar, ImageReference::familiarString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis",
        "busybox:1.36",
        "test:5000/repo",
        "test:5000/repo:tag",
        "localhost:8080",
        "localhost:8080/name",
        "[2001:db8::1]:5000/repo:tag"
      })
  void acceptsDigestAfterAnyNameAndTag(String name) {
    var reference = ImageReference.of(name + "@sha256:" + HEX_DIGEST);

    assertThat(reference.identifier()).isEqualTo("sha256:" + HEX_DIGEST);
    assertThat(reference.familiarString()).isEqualTo(name + "@sha256:" + HEX_DIGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":justtag",
        "@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "repo@sha256:ffffffffffffffffffffffffffffffffff",
        "repo@sha256:fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "name@invaliddigest:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "registry.com:8080/myapp@bad",
        "registry.com:8080/myapp@2bad",
        "registry.com:8080/myapp@",
        "registry.com:8080/myapp:invalid~tag",
        "busybox:-foo",
        "busybox:.foo",
        "busybox:",
        "Uppercase:tag",
        "docker/Docker",
        "Foo/FarB",
        "docker.io/docker/Docker",
        "test:5000/Uppercase/lowercase:tag",
        "aa/asdf$$^/aa",
        "a^a",
        "a/a/a/a/",
        "foo.com/",
        "docker/",
        "/docker",
        "a//a/a",
        "docker///docker",
        "docker.io/docker///docker",
        "https://github.com/docker/docker",
        "foo.com:http/bar",
        "localhost:http/name",
        "foo_bar.com:8080/app",
        "bad_hostname.com:8080/myapp:tag",
        "do__cker:8080/docker",
        "-docker",
        "-docker/docker",
        "docker-/docker",
        "foo/bar-",
        "foo/-bar",
        "foo.com/a-/a/a",
        "-docker.io/docker/docker",
        "ab-.com/x",
        "ab.-com/x",
        "ab.com-/x",
        "_foo/bar",
        "foo/bar_",
        "docker_/docker_",
        "____/____",
        "a___b",
        ".docker/docker",
        "docker./docker",
        "do..cker/docker",
        "dock_.er/docker",
        "dock-.er/docker",
        "example.com/__underscore/myimage",
        "example.com/..dots/myimage",
        "example.com/.dots/myimage",
        "example.com/nodouble..dots/myimage",
        "[2001:db8::1]",
        "[2001:db8::1]:5000",
        "[2001:db8::1]:tag",
        "[fd00:1:2::3]75050/x",
        "[fd00:1:2::3]::75050/x",
        "fc00::1:5000/debian",
        "[fe80::1%eth0]:5000/repo",
        "[fe80::1%@invalidzone]:5000/repo",
        "[2001:db8:3:4::192.0.2.33]:5000/debian",
      })
  void rejectsInvalidReferences(String text) {
    assertThat(ImageReference.parse(text)).isEmpty();
  }

  @Test
  void acceptsRepositoriesOf255Characters() {
    assertThat(ImageReference.parse("example.com/" + "a".repeat(255))).isPresent();
    assertThat(ImageReference.parse("example.com/" + "a".repeat(256))).isEmpty();
    assertThat(ImageReference.parse("a/".repeat(127) + "a:tag-puts-this-over-max")).isPresent();
    assertThat(ImageReference.parse("a/".repeat(128) + "a:tag")).isEmpty();
  }

  @Test
  void countsImplicitLibraryPrefix() {
    assertThat(ImageReference.parse("a".repeat(247))).isPresent();
    assertThat(ImageReference.parse("a".repeat(248))).isEmpty();
  }

  @Test
  void acceptsTagsOf128Characters() {
    assertThat(ImageReference.parse("ruby:" + "1".repeat(128))).isPresent();
    assertThat(ImageReference.parse("ruby:" + "1".repeat(129))).isEmpty();
  }

  @Test
  void acceptsMaximumLengthOfAllParts() {
    var label = "a".repeat(63);
    var host = label + "." + label + "." + label + "." + "a".repeat(61) + ":65535";
    var text = host + "/" + "b".repeat(255) + ":" + "1".repeat(128) + "@sha256:" + HEX_DIGEST;

    assertThat(ImageReference.parse(text)).isPresent();
    assertThat(ImageReference.parse("a" + text)).isEmpty();
  }

  @Test
  void rejectsImageIdAsName() {
    var id = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a";

    assertThat(ImageReference.parse(id)).isEmpty();
    assertThat(ImageReference.parse("docker.io/" + id)).isPresent();
    assertThat(ImageReference.parse(id.substring(1))).isPresent();
    assertThat(
            ImageReference.parse(
                "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev"))
        .isPresent();
  }

  /** Here we are stricter than the public grammar: no registry that we copy from has others. */
  @Test
  void acceptsOnlyLowercaseSha256Digests() {
    assertThat(ImageReference.parse("a.com/b:c@sha512:" + "f".repeat(128))).isEmpty();
    assertThat(ImageReference.parse("a.com/b:c@sha256:" + "F".repeat(64))).isEmpty();
  }
}
