package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finds the image that a build was pulling when it failed; a bar separates lines. */
final class DockerfileContextTest {
  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiterString = ">>",
      quoteCharacter = '\0',
      textBlock =
          """
          Step 1/2 : FROM ruby:2.7                                                            >> docker.io/library/ruby:2.7
          Step 1/2 : FROM ruby                                                                >> docker.io/library/ruby:latest
          Step 1/2 : FROM --platform=linux/arm64 ruby:2.7 AS build                            >> docker.io/library/ruby:2.7
          Step 1/2 : FROM ghcr.io/a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123 >> ghcr.io/a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123
          Step 1/3 : ARG V=3.19|Step 2/3 : FROM alpine:$V                                     >> docker.io/library/alpine:3.19
          Step 1/3 : ARG V="3.19"|Step 2/3 : FROM alpine:${V}                                 >> docker.io/library/alpine:3.19
          Step 1/3 : ARG V|Step 2/3 : FROM alpine:${V:-3.18}                                  >> docker.io/library/alpine:3.18
          $ docker build --build-arg V=3.20 .|Step 1/3 : ARG V=3.19|Step 2/3 : FROM alpine:$V >> docker.io/library/alpine:3.20
          Step 1/3 : ARG IMAGE|Step 2/3 : FROM $IMAGE                                         >>
          Step 1/3 : FROM a:1 AS build|---> 1a2b|Step 2/3 : FROM build                        >>
          Step 1/3 : FROM a:1 as Build|---> 1a2b|Step 2/3 : COPY --from=build /a /b           >>
          Step 1/3 : FROM a:1|---> 1a2b|Step 2/3 : COPY --from=0 /a /b                        >>
          Step 1/3 : FROM a:1|---> 1a2b|Step 2/3 : COPY --from=nginx:1.25 /a /b               >> docker.io/library/nginx:1.25
          Step 1/3 : FROM a:1|---> 1a2b|Step 2/3 : COPY --chown=1:1 --from=quay.io/a/b /a /b  >> quay.io/a/b:latest
          Step 1/3 : FROM a:1|---> 1a2b|Step 2/3 : RUN true                                   >>
          STEP 1/3: FROM a:1|STEP 2/3: RUN true                                               >>
          building|#4 [1/2] FROM a:1|#4 DONE 0.1s|#5 [2/2] RUN true                           >>
          building|#4 [1/2] FROM a:1|#4 CACHED|#5 [2/2] RUN true                              >>
          Step 1/1 : FROM scratch                                                             >>
          STEP 1/4: FROM quay.io/a/b:9                                                        >> quay.io/a/b:9
          """)
  void resolvesImageFromBuildSteps(String steps, String image) {
    var log = steps.strip().replace("|", "\n") + "\ntoomanyrequests: You have reached your limit";

    assertThat(MessageCorpus.images(MessageCorpus.diagnose(log))).isEqualTo(split(image));
  }

  private static List<String> split(String image) {
    return image == null ? List.of() : Arrays.asList(image.strip().split(" "));
  }
}
