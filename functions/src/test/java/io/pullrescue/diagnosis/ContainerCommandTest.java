package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerCommandTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      nullValues = "-",
      textBlock =
          """
          docker pull ruby                                          => PULLING => docker.io/library/ruby:latest
          docker pull ruby:2.7                                      => PULLING => docker.io/library/ruby:2.7
          docker pull "ruby:2.7"                                    => PULLING => docker.io/library/ruby:2.7
          docker pull 'ruby:2.7';                                   => PULLING => docker.io/library/ruby:2.7
          docker pull ruby && make                                  => PULLING => docker.io/library/ruby:latest
          docker pull ruby || true                                  => PULLING => docker.io/library/ruby:latest
          docker pull -q ruby                                       => PULLING => docker.io/library/ruby:latest
          docker pull --quiet ruby                                  => PULLING => docker.io/library/ruby:latest
          docker pull --platform linux/arm64 ruby                   => PULLING => docker.io/library/ruby:latest
          docker pull --platform=linux/arm64 ruby                   => PULLING => docker.io/library/ruby:latest
          docker -H tcp://host:1 pull a/b:1                         => PULLING => docker.io/a/b:1
          docker --debug pull a/b:1                                 => PULLING => docker.io/a/b:1
          docker image pull a/b:1                                   => PULLING => docker.io/a/b:1
          docker buildx imagetools inspect a/b:1                    => PULLING => docker.io/a/b:1
          docker manifest inspect a/b:1                             => PULLING => docker.io/a/b:1
          skopeo inspect docker://a/b:1                             => PULLING => docker.io/a/b:1
          skopeo copy docker://a/b:1 docker://quay.io/c/d:1         => PULLING => docker.io/a/b:1
          crane digest a/b:1                                        => PULLING => docker.io/a/b:1
          buildah from a/b:1                                        => PULLING => docker.io/a/b:1
          ctr -n k8s.io images pull docker.io/a/b:1                 => PULLING => docker.io/a/b:1
          podman pull image=a/b:1                                   => PULLING => docker.io/a/b:1
          docker run ruby                                           => PULL_RELATED    => docker.io/library/ruby:latest
          docker run ruby bundle install                            => PULL_RELATED    => docker.io/library/ruby:latest
          docker run --rm -it ruby bash                             => PULL_RELATED    => docker.io/library/ruby:latest
          docker run -d -P --name web -p 80:80 nginx                => PULL_RELATED    => docker.io/library/nginx:latest
          docker run -v /a:/b -e X=y a/b:3 cmd --flag               => PULL_RELATED    => docker.io/a/b:3
          docker container run --privileged a/b:3                   => PULL_RELATED    => docker.io/a/b:3
          docker create a/b:3                                       => PULL_RELATED    => docker.io/a/b:3
          docker pull                                               => PULLING => -
          docker pull fails                                         => PULLING => -
          docker pull ruby today                                    => PULLING => -
          docker pull the image                                     => PULLING => -
          docker run --rm                                           => PULL_RELATED    => -
          docker image inspect a/b:1                                => OTHER   => -
          docker inspect a/b:1                                      => OTHER   => -
          docker build -t a/b:1 .                                   => PULL_RELATED    => -
          docker buildx build .                                     => PULL_RELATED    => -
          docker buildx bake                                        => PULL_RELATED    => -
          docker compose up                                         => PULL_RELATED    => -
          docker-compose pull web                                   => PULL_RELATED    => -
          podman-compose up                                         => PULL_RELATED    => -
          docker push a/b:1                                         => PUSH    => -
          docker tag a/b:1 c/d:1                                    => PUSH    => -
          docker login quay.io                                      => LOGIN   => -
          docker save a/b:1                                         => OTHER   => -
          docker exec web ls                                        => OTHER   => -
          docker start web                                          => OTHER   => -
          """)
  void parsesActivityAndImage(String text, Activity activity, String image) {
    var command = ContainerCommand.parse(text, 0).orElseThrow();

    assertThat(command.activity()).isEqualTo(activity);
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
  void ignoresToolWithoutVerb(String text) {
    assertThat(ContainerCommand.parse(text, 0)).isEmpty();
  }

  @Test
  void ignoresQuotedHintWithoutImage() {
    assertThat(ContainerCommand.parse("may require 'docker login'", 13)).isEmpty();
    assertThat(imageOf(ContainerCommand.parse("sh -c 'docker pull a/b:1'", 7).orElseThrow()))
        .contains("docker.io/a/b:1");
  }

  @Test
  void parsesUpToEightyWords() {
    var eighty =
        ContainerCommand.parse("docker run" + " --rm".repeat(77) + " a/b:1", 0).orElseThrow();
    var more =
        ContainerCommand.parse("docker run" + " --rm".repeat(78) + " a/b:1", 0).orElseThrow();

    assertThat(imageOf(eighty)).contains("docker.io/a/b:1");
    assertThat(imageOf(more)).isEmpty();
  }

  private static Optional<String> imageOf(ContainerCommand command) {
    return command.image() instanceof ImageMention.Named named
        ? Optional.of(named.image().toString())
        : Optional.empty();
  }
}
