package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command of a container tool does, and with which image. */
final class CommandLineTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      nullValues = "-",
      textBlock =
          """
          docker pull ruby                                          => READING => docker.io/library/ruby:latest
          docker pull ruby:2.7                                      => READING => docker.io/library/ruby:2.7
          docker pull "ruby:2.7"                                    => READING => docker.io/library/ruby:2.7
          docker pull 'ruby:2.7';                                   => READING => docker.io/library/ruby:2.7
          docker pull ruby && make                                  => READING => docker.io/library/ruby:latest
          docker pull ruby || true                                  => READING => docker.io/library/ruby:latest
          docker pull -q ruby                                       => READING => docker.io/library/ruby:latest
          docker pull --quiet ruby                                  => READING => docker.io/library/ruby:latest
          docker pull --platform linux/arm64 ruby                   => READING => docker.io/library/ruby:latest
          docker pull --platform=linux/arm64 ruby                   => READING => docker.io/library/ruby:latest
          docker -H tcp://host:1 pull a/b:1                         => READING => docker.io/a/b:1
          docker --debug pull a/b:1                                 => READING => docker.io/a/b:1
          docker image pull a/b:1                                   => READING => docker.io/a/b:1
          docker buildx imagetools inspect a/b:1                    => READING => docker.io/a/b:1
          docker manifest inspect a/b:1                             => READING => docker.io/a/b:1
          skopeo inspect docker://a/b:1                             => READING => docker.io/a/b:1
          skopeo copy docker://a/b:1 docker://quay.io/c/d:1         => READING => docker.io/a/b:1
          crane digest a/b:1                                        => READING => docker.io/a/b:1
          buildah from a/b:1                                        => READING => docker.io/a/b:1
          ctr -n k8s.io images pull docker.io/a/b:1                 => READING => docker.io/a/b:1
          podman pull image=a/b:1                                   => READING => docker.io/a/b:1
          docker run ruby                                           => PULL    => docker.io/library/ruby:latest
          docker run ruby bundle install                            => PULL    => docker.io/library/ruby:latest
          docker run --rm -it ruby bash                             => PULL    => docker.io/library/ruby:latest
          docker run -d -P --name web -p 80:80 nginx                => PULL    => docker.io/library/nginx:latest
          docker run -v /a:/b -e X=y a/b:3 cmd --flag               => PULL    => docker.io/a/b:3
          docker container run --privileged a/b:3                   => PULL    => docker.io/a/b:3
          docker create a/b:3                                       => PULL    => docker.io/a/b:3
          docker pull                                               => READING => -
          docker pull fails                                         => READING => -
          docker pull ruby today                                    => READING => -
          docker pull the image                                     => READING => -
          docker run --rm                                           => PULL    => -
          docker image inspect a/b:1                                => OTHER   => -
          docker inspect a/b:1                                      => OTHER   => -
          docker build -t a/b:1 .                                   => PULL    => -
          docker buildx build .                                     => PULL    => -
          docker buildx bake                                        => PULL    => -
          docker compose up                                         => PULL    => -
          docker-compose pull web                                   => PULL    => -
          podman-compose up                                         => PULL    => -
          docker push a/b:1                                         => PUSH    => -
          docker tag a/b:1 c/d:1                                    => PUSH    => -
          docker login quay.io                                      => LOGIN   => -
          docker save a/b:1                                         => OTHER   => -
          docker exec web ls                                        => OTHER   => -
          docker start web                                          => OTHER   => -
          """)
  void saysWhatItDoesAndWithWhat(String text, Clue.Role role, String image) {
    var command = CommandLine.at(text, 0).orElseThrow();

    assertThat(command.role()).isEqualTo(role);
    assertThat(imageOf(command)).isEqualTo(Optional.ofNullable(image));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker",
        "docker --debug",
        "docker image",
        "docker version",
        "docker daemon is down"
      })
  void isNoneWhereNoVerbFollows(String text) {
    assertThat(CommandLine.at(text, 0)).isEmpty();
  }

  @Test
  void isAQuotedHintUnlessItNamesAnImage() {
    assertThat(CommandLine.at("may require 'docker login'", 13)).isEmpty();
    assertThat(imageOf(CommandLine.at("sh -c 'docker pull a/b:1'", 7).orElseThrow()))
        .contains("docker.io/a/b:1");
  }

  @Test
  void isReadToItsEightiethWord() {
    var eighty = CommandLine.at("docker run" + " --rm".repeat(77) + " a/b:1", 0).orElseThrow();
    var more = CommandLine.at("docker run" + " --rm".repeat(78) + " a/b:1", 0).orElseThrow();

    assertThat(imageOf(eighty)).contains("docker.io/a/b:1");
    assertThat(imageOf(more)).isEmpty();
  }

  private static Optional<String> imageOf(CommandLine command) {
    return command.image() instanceof Mention.Named named
        ? Optional.of(named.image().toString())
        : Optional.empty();
  }
}
