package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Environment;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.Build.Variable;
import java.time.Instant;
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
    @Nullable String batch,
    boolean retriedByCodeBuild,
    List<Variable> variables,
    @Nullable Instant start) {
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
        phase, "ruby:2.7", true, false, BUILDSPEC, "someone", null, false, List.of(), null);
  }

  FailedBuild withImage(String other) {
    return new FailedBuild(
        phase,
        other,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        null,
        false,
        variables,
        start);
  }

  FailedBuild withBuildspec(@Nullable String other) {
    return new FailedBuild(
        phase,
        image,
        privileged,
        registryCredential,
        other,
        initiator,
        null,
        false,
        variables,
        start);
  }

  FailedBuild unprivileged() {
    return new FailedBuild(
        phase,
        image,
        false,
        registryCredential,
        buildspec,
        initiator,
        null,
        false,
        variables,
        start);
  }

  FailedBuild withRegistryCredential() {
    return new FailedBuild(
        phase, image, privileged, true, buildspec, initiator, null, false, variables, start);
  }

  FailedBuild startedBy(String other) {
    return new FailedBuild(
        phase,
        image,
        privileged,
        registryCredential,
        buildspec,
        other,
        null,
        false,
        variables,
        start);
  }

  FailedBuild inABatch() {
    return new FailedBuild(
        phase,
        image,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        "shop:batch",
        false,
        variables,
        start);
  }

  FailedBuild retriedByCodeBuildItself() {
    return new FailedBuild(
        phase,
        image,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        null,
        true,
        variables,
        start);
  }

  FailedBuild startedAt(Instant other) {
    return new FailedBuild(
        phase,
        image,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        batch,
        retriedByCodeBuild,
        variables,
        other);
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
        phase,
        image,
        privileged,
        registryCredential,
        buildspec,
        initiator,
        null,
        false,
        told,
        start);
  }

  Build build() {
    return new Build(
        ID,
        "shop",
        "FAILED",
        List.of(new Phase(phase, "FAILED", "", start, null)),
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
        batch,
        retriedByCodeBuild,
        null);
  }
}
