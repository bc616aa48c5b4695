package io.pullrescue.failure;

import io.pullrescue.failure.Build.Environment;
import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.Build.Variable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds for tests: each method gives another one, with one thing changed. */
public final class SampleBuild {
  public static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";

  public static final String BUILDSPEC =
      """
      version: 0.2
      phases:
        build:
          commands:
            - docker build -t app .
      """;

  private static final Build FAILED =
      new Build(
          ID,
          "shop",
          "FAILED",
          List.of(),
          new Environment(
              "ruby:2.7", "LINUX_CONTAINER", "BUILD_GENERAL1_SMALL", true, false, List.of()),
          new Source("GITHUB", "https://github.com/shop/shop.git", BUILDSPEC),
          "6f1c0a6d",
          "someone",
          null,
          null,
          false,
          "arn:aws:iam::123456789012:role/service-role/shop-builds");

  private String id;
  private final String project;
  private String status;
  private List<Phase> phases;
  private String image;
  private final String type;
  private final String computeType;
  private boolean privileged;
  private boolean registryCredential;
  private List<Variable> variables;
  private Source source;
  private @Nullable String sourceVersion;
  private String initiator;
  private @Nullable LogLocation log;
  private @Nullable String batch;
  private boolean retriedByCodeBuild;
  private final @Nullable String serviceRole;

  private SampleBuild(Build build) {
    id = build.id();
    project = build.project();
    status = build.status();
    phases = build.phases();
    image = build.environment().image();
    type = build.environment().type();
    computeType = build.environment().computeType();
    privileged = build.environment().privileged();
    registryCredential = build.environment().registryCredential();
    variables = build.environment().variables();
    source = build.source();
    sourceVersion = build.sourceVersion();
    initiator = build.initiator();
    log = build.log();
    batch = build.batch();
    retriedByCodeBuild = build.retriedByCodeBuild();
    serviceRole = build.serviceRole();
  }

  public static SampleBuild like(Build build) {
    return new SampleBuild(build);
  }

  public static SampleBuild failed() {
    return like(FAILED);
  }

  public static SampleBuild failedIn(String phase) {
    return failed().withPhases(new Phase(phase, "FAILED", "", null, null));
  }

  private SampleBuild but(Consumer<SampleBuild> change) {
    var other = like(build());
    change.accept(other);
    return other;
  }

  public SampleBuild withId(String other) {
    return but(it -> it.id = other);
  }

  public SampleBuild withStatus(String other) {
    return but(it -> it.status = other);
  }

  public SampleBuild withPhases(Phase... others) {
    return but(it -> it.phases = List.of(others));
  }

  /** With its one phase begun at this time. */
  public SampleBuild startedAt(Instant start) {
    var phase = phases.getFirst();
    return withPhases(new Phase(phase.type(), phase.status(), phase.context(), start, null));
  }

  public SampleBuild withImage(String other) {
    return but(it -> it.image = other);
  }

  public SampleBuild unprivileged() {
    return but(it -> it.privileged = false);
  }

  public SampleBuild withRegistryCredential() {
    return but(it -> it.registryCredential = true);
  }

  /** With these variables and no others. */
  public SampleBuild withVariables(Map<String, String> plainText) {
    return but(it ->
        it.variables =
            plainText.entrySet().stream()
                .map(entry -> new Variable(entry.getKey(), "PLAINTEXT", entry.getValue()))
                .toList());
  }

  public SampleBuild withSource(Source other, @Nullable String version) {
    return but(it -> {
      it.source = other;
      it.sourceVersion = version;
    });
  }

  public SampleBuild withBuildspec(@Nullable String buildspec) {
    return withSource(new Source(source.type(), source.location(), buildspec), sourceVersion);
  }

  public SampleBuild startedBy(String other) {
    return but(it -> it.initiator = other);
  }

  public SampleBuild withLog(@Nullable LogLocation other) {
    return but(it -> it.log = other);
  }

  public SampleBuild inABatch() {
    return but(it -> it.batch = "shop:batch");
  }

  public SampleBuild retriedByCodeBuildItself() {
    return but(it -> it.retriedByCodeBuild = true);
  }

  public Build build() {
    return new Build(
        id,
        project,
        status,
        phases,
        new Environment(image, type, computeType, privileged, registryCredential, variables),
        source,
        sourceVersion,
        initiator,
        log,
        batch,
        retriedByCodeBuild,
        serviceRole);
  }
}
