package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.pattern.Cause;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finds the failed image among those that a log names; a bar separates lines. */
final class LogAnalyzerTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = ">>",
      quoteCharacter = '\0',
      textBlock =
          """
          # the last command decides
          $ docker pull a/b:1|$ docker pull c/d:2|toomanyrequests: x                              >> docker.io/c/d:2
          $ docker pull a/b:1|$ make test|toomanyrequests: x                                      >>
          $ docker pull a/b:1|+ make test|toomanyrequests: x                                      >>
          $ docker pull a/b:1|Running command make|toomanyrequests: x                             >>
          $ docker pull a/b:1|# make|toomanyrequests: x                                           >>
          docker pull a/b:1|### Actual behavior|toomanyrequests: x                                >> docker.io/a/b:1
          # what went well is no longer being read
          $ docker pull a/b:1|Digest: sha256:12|toomanyrequests: x                                >>
          Step 1/2 : FROM a/b:1|---> 0123456789ab|toomanyrequests: x                              >>
          Trying to pull a/b:1|Status: Downloaded newer image for a/b:1|toomanyrequests: x        >>
          # "Pulling from" says less than the command before it
          $ docker pull quay.io/a/b:1|1: Pulling from a/b|toomanyrequests: x                      >> quay.io/a/b:1
          $ docker pull ruby:2.7|2.7: Pulling from library/ruby|toomanyrequests: x                >> docker.io/library/ruby:2.7
          $ docker pull quay.io/a/b:1|2: Pulling from c/d|toomanyrequests: x                      >> docker.io/c/d:2
          $ docker pull quay.io/a/b:1|Successfully pulled|1: Pulling from a/b|toomanyrequests: x  >> quay.io/a/b:1
          $ docker pull quay.io/a/b:1|Successfully pulled|2: Pulling from a/b|toomanyrequests: x  >> docker.io/a/b:2
          $ docker pull quay.io/a/b:1|$ docker pull gcr.io/a/b:1|$ make|1: Pulling from a/b|toomanyrequests: x >> gcr.io/a/b:1
          Error: Status 502 trying to pull repository a/b: Bad Gateway                            >>
          Trying to pull repository quay.io/a/b ...|Get https://quay.io/v2/: EOF                  >> quay.io/a/b:latest
          # a file's name is no command, nor is a masked service an image
          docker-compose -f docker-compose.yml run web|Pulling web (image details)...|ERROR: toomanyrequests: x >>
          docker pull a/b:1|Pulling web (image details)...|ERROR: toomanyrequests: x              >>
          # what a configuration names is the image where nothing else is, and alone
          toomanyrequests: x|image: quay.io/a/b:1                                                 >> quay.io/a/b:1
          toomanyrequests: x|Template{image=quay.io/a/b:1}                                        >> quay.io/a/b:1
          toomanyrequests: x|image: quay.io/a/b:1|image: quay.io/a/c:1                            >>
          toomanyrequests: x|image: quay.io/a/b                                                   >>
          No such image: a/b:1|toomanyrequests: x                                                 >>
          $ docker pull a/b:1|toomanyrequests: x|image: quay.io/c/d:1                             >> docker.io/a/b:1
          # BuildKit reads several at once; each step tells of its own
          Building|#2 [internal] load metadata for docker.io/a/b:1|#3 [internal] load metadata for docker.io/c/d:2|#2 ERROR: toomanyrequests: x >> docker.io/a/b:1
          Building|#2 [internal] load metadata for docker.io/a/b:1|#3 [internal] load metadata for docker.io/c/d:2|ERROR: toomanyrequests: x     >>
          => ERROR [internal] load metadata for docker.io/a/b:1|=> CANCELED [internal] load metadata for docker.io/c/d:2|toomanyrequests: x >> docker.io/a/b:1
          => ERROR [internal] load metadata for docker.io/a/b:1-al  9.9s|toomanyrequests: x|failed to solve: docker.io/a/b:1-alpine: toomanyrequests: x >> docker.io/a/b:1-alpine
          Failed to pull image "a/b:1": toomanyrequests: x|Failed to pull image "a/b:1-alpine": toomanyrequests: x >> docker.io/a/b:1 docker.io/a/b:1-alpine
          => [internal] load metadata for docker.io/a/b:1|=> ERROR [internal] load metadata for docker.io/library/  9.9s|toomanyrequests: x >>
          => [internal] load metadata for docker.io/a/b:1|=> CACHED [internal] load metadata for docker.io/c/d:2|toomanyrequests: x >> docker.io/a/b:1
          => [internal] load metadata for docker.io/a/b:1|> [internal] load metadata for docker.io/c/d:2:|toomanyrequests: x >> docker.io/c/d:2
          # an error names the repository, the request or the command its tag
          $ docker pull a/b:3|pull access denied for a/b, repository does not exist               >> docker.io/a/b:3
          $ docker pull c/d:3|pull access denied for a/b, repository does not exist               >> docker.io/a/b:latest
          pull access denied for a/b: https://registry-1.docker.io/v2/a/b/manifests/4: denied      >> docker.io/a/b:4
          pull access denied for a/b: https://registry-1.docker.io/v2/c/d/manifests/4: denied      >> docker.io/a/b:latest
          $ docker pull quay.io/a/b:1|Head "https://quay.io/v2/a/b/manifests/1": denied           >> quay.io/a/b:1
          # the short and the long name of one image are one image
          Failed to pull image "ruby:2.7": failed to resolve reference "docker.io/library/ruby:2.7": toomanyrequests: x >> docker.io/library/ruby:2.7
          Failed to pull image "a/b:1": failed to resolve reference "mirror.local/a/b:1": toomanyrequests: x            >> mirror.local/a/b:1
          Failed to pull image "a/b:1": failed to resolve reference "quay.io/c/d:1": toomanyrequests: x                 >> docker.io/a/b:1 quay.io/c/d:1
          # a masked name is no name, and the context is not believed instead
          $ docker pull a/b:1|Failed to pull image "***/b:1": toomanyrequests: x                  >>
          # several images fail one after the other
          Failed to pull image "a/b:1": toomanyrequests: x|Failed to pull image "c/d:1": toomanyrequests: x >> docker.io/a/b:1 docker.io/c/d:1
          Failed to pull image "a/b:1": toomanyrequests: x|Failed to pull image "a/b:1": eof      >> docker.io/a/b:1
          # a container's image counts until the container runs
          $ docker run a/b:1|docker: Error response from daemon: toomanyrequests: x               >> docker.io/a/b:1
          $ docker pull c/d:1|$ docker run a/b:1|docker: Error response from daemon: toomanyrequests: x >> docker.io/a/b:1
          """)
  void identifiesFailedImages(String text, String images) {
    assertThat(MessageCorpus.pullFailed(text.replace('|', '\n')).images())
        .extracting(Object::toString)
        .isEqualTo(split(images));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = ">>",
      quoteCharacter = '\0',
      textBlock =
          """
          # the last error that says anything decides
          Failed to pull image "a/b:1": eof|Failed to pull image "a/b:1": unauthorized                   >> UNAUTHENTICATED
          Failed to pull image "a/b:1": unauthorized|Failed to pull image "a/b:1": eof                   >> UNAUTHENTICATED
          Failed to pull image "a/b:1": unauthorized|Warning|Failed to pull image "a/b:1": eof           >> NETWORK
          Failed to pull image "a/b:1": eof|Error: ImagePullBackOff                                      >> NETWORK
          Failed to pull image "a/b:1": eof|Failed to pull image "a/b:1": context canceled               >> NETWORK
          Failed to pull image "a/b:1": unauthorized|Warning|Failed to pull image "a/b:1": context canceled >> UNAUTHENTICATED
          Failed to pull image "a/b:1"|The connection ended                                              >> UPSTREAM_ERROR
          # what a network's layers say is the network's fault, what a disk's say is not
          Failed to pull image "a/b:1": read tcp 10.0.0.1:5->10.0.0.2:443: wsarecv: x                    >> NETWORK
          Failed to pull image "a/b:1": connectex: x                                                     >> NETWORK
          failed to register layer: write /usr/lib/x.so: input/output error                              >> UPSTREAM_ERROR
          failed to register layer: write /usr/lib/x.so: no space left on device                         >> DISK_FULL
          $ docker pull a/b:1|ApplyLayer exit status 1 stdout: stderr: lchown /home: invalid argument     >> UPSTREAM_ERROR
          $ docker pull a/b:1|Error processing tar file(exit status 1): lchown /etc/shadow: x             >> UPSTREAM_ERROR
          failed to solve with frontend dockerfile.v0: unexpected status code [manifests latest]: 403 Forbidden >> ACCESS_DENIED
          Error response from daemon: Head "https://registry-1.docker.io/v2/.../1": unauthorized: x      >> UNAUTHENTICATED
          failed to unpack image: unexpected media type text/html for sha256:12: not found               >> UPSTREAM_ERROR
          # a title that stands apart from the pull may tell the reason
          429 Too Many Requests|Failed to pull image "a/b:1"                                             >> RATE_LIMITED
          Something quite unexpected|Failed to pull image "a/b:1"                                        >> UPSTREAM_ERROR
          # while pushing, logging in or caching, an error is no pull's
          $ docker push a/b:1|denied: x|Failed to pull image "c/d:1": eof                                >> NETWORK
          """)
  void identifiesCause(String text, Cause cause) {
    assertThat(MessageCorpus.pullFailed(text.replace('|', '\n')).cause()).isEqualTo(cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error trying to reuse blob sha256:12 at destination: error pinging docker registry a.io: EOF",
        "copying image: at destination: pinging container registry a.io: connection refused",
        "at destination: checking whether a blob sha256:12 exists in a.io/b/c: unauthorized"
      })
  void ignoresErrorsOfPushDestination(String text) {
    assertThat(MessageCorpus.diagnose("Getting image source signatures\n" + text))
        .isEqualTo(new NotAPullFailure());
  }

  @Test
  void remembersAtMostSixtyFourImages() {
    var images = new StringBuilder("toomanyrequests: x\n");
    for (var i = 0; i < 70; i++) {
      images.append("$ docker pull quay.io/a/b:").append(i).append("\n$ make\n");
    }

    assertThat(
            MessageCorpus.pullFailed(images + "63: Pulling from a/b\ntoomanyrequests: x").images())
        .extracting(Object::toString)
        .containsExactly("quay.io/a/b:63");
    assertThat(
            MessageCorpus.pullFailed(images + "64: Pulling from a/b\ntoomanyrequests: x").images())
        .extracting(Object::toString)
        .containsExactly("docker.io/a/b:64");
  }

  @Test
  void tracksAtMostSixtyFourConcurrentPulls() {
    var metadata = new StringBuilder();
    for (var i = 0; i < 65; i++) {
      metadata.append("=> [internal] load metadata for docker.io/a/b:").append(i).append('\n');
    }
    var first = metadata + "pull access denied for a/b, repository does not exist";

    assertThat(MessageCorpus.pullFailed(first).images())
        .extracting(Object::toString)
        .containsExactly("docker.io/a/b:1");
  }

  private static List<String> split(String images) {
    return images == null ? List.of() : Arrays.asList(images.strip().split(" "));
  }
}
