package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Environment;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.Build.Variable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds that failed, for tests: each method changes one thing. */
record FailedBuild(
    String phase,
    String image,
    boolean privileged,
    boolean registryCredential,
    @Nullable String buildspec,
    String initiator,
    boolean partOfBatch,
    boolean retriedByCodeBuild,
    List<Variable> variables) {
  static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";

  static final String BUILDSPEC =
      """
      version: 0.2
      phases:
        build:
          commands:
            - docker build -t app .
      """;

  static FailedBuild inPhase(String phase) {
    return new FailedBuild(
        phase, "ruby:2.7", true, false, BUILDSPEC, "someone", false, false, List.of());
  }

  FailedBuild withImage(String other) {
    return new FailedBuild(
        phase,
        other,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        false,
        false,
        variables);
  }

  FailedBuild withBuildspec(@Nullable String other) {
    return new FailedBuild(
        phase, image, privileged, registryCredential, other, initiator, false, false, variables);
  }

  FailedBuild unprivileged() {
    return new FailedBuild(
        phase, image, false, registryCredential, buildspec, initiator, false, false, variables);
  }

  FailedBuild withRegistryCredential() {
    return new FailedBuild(
        phase, image, privileged, true, buildspec, initiator, false, false, variables);
  }

  FailedBuild startedBy(String other) {
    return new FailedBuild(
        phase, image, privileged, registryCredential, buildspec, other, false, false, variables);
  }

  FailedBuild inABatch() {
    return new FailedBuild(
        phase, image, privileged, registryCredential, buildspec, initiator, true, false, variables);
  }

  FailedBuild retriedByCodeBuildItself() {
    return new FailedBuild(
        phase, image, privileged, registryCredential, buildspec, initiator, false, true, variables);
  }

  FailedBuild ofChain(Chain chain) {
    return withVariables(chain.variables());
  }

  FailedBuild withVariables(Map<String, String> variables) {
    var told =
        variables.entrySet().stream()
            .map(entry -> new Variable(entry.getKey(), "PLAINTEXT", entry.getValue()))
            .toList();
    return new FailedBuild(
        phase, image, privileged, registryCredential, buildspec, initiator, false, false, told);
  }

  Build build() {
    return new Build(
        ID,
        "shop",
        "FAILED",
        List.of(new Phase(phase, "FAILED", "", null, null)),
        new Environment(
            image,
            "LINUX_CONTAINER",
            "BUILD_GENERAL1_SMALL",
            privileged,
            registryCredential,
            variables),
        new Source("GITHUB", "https://github.com/shop/shop.git", buildspec),
        "6f1c0a6d",
        initiator,
        null,
        partOfBatch,
        retriedByCodeBuild,
        null);
  }
}
