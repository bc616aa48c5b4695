package io.pullrescue.testing;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.Build.Environment;
import io.pullrescue.workload.codebuild.Build.LogLocation;
import io.pullrescue.workload.codebuild.Build.Phase;
import io.pullrescue.workload.codebuild.Build.Source;
import io.pullrescue.workload.codebuild.Build.Variable;
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
  private boolean hasRegistryCredential;
  private List<Variable> variables;
  private Source source;
  private @Nullable String sourceVersion;
  private String initiator;
  private @Nullable LogLocation logLocation;
  private @Nullable String buildBatchId;
  private boolean autoRetried;
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
    hasRegistryCredential = build.environment().hasRegistryCredential();
    variables = build.environment().variables();
    source = build.source();
    sourceVersion = build.sourceVersion();
    initiator = build.initiator();
    logLocation = build.logLocation();
    buildBatchId = build.buildBatchId();
    autoRetried = build.autoRetried();
    serviceRole = build.serviceRole();
  }

  public static SampleBuild from(Build build) {
    return new SampleBuild(build);
  }

  public static SampleBuild failed() {
    return from(FAILED);
  }

  public static SampleBuild failedIn(String phase) {
    return failed().withPhases(new Phase(phase, "FAILED", "", null, null));
  }

  private SampleBuild with(Consumer<SampleBuild> change) {
    var copy = from(build());
    change.accept(copy);
    return copy;
  }

  public SampleBuild withId(String other) {
    return with(sampleBuild -> sampleBuild.id = other);
  }

  public SampleBuild withStatus(String other) {
    return with(sampleBuild -> sampleBuild.status = other);
  }

  public SampleBuild withPhases(Phase... others) {
    return with(sampleBuild -> sampleBuild.phases = List.of(others));
  }

  /** With its one phase begun at this time. */
  public SampleBuild withStartTime(Instant startTime) {
    var phase = phases.getFirst();
    return withPhases(new Phase(phase.type(), phase.status(), phase.context(), startTime, null));
  }

  public SampleBuild withImage(String other) {
    return with(sampleBuild -> sampleBuild.image = other);
  }

  public SampleBuild withoutPrivilegedMode() {
    return with(sampleBuild -> sampleBuild.privileged = false);
  }

  public SampleBuild withRegistryCredential() {
    return with(sampleBuild -> sampleBuild.hasRegistryCredential = true);
  }

  /** With these variables and no others. */
  public SampleBuild withVariables(Map<String, String> plaintext) {
    return with(sampleBuild ->
        sampleBuild.variables =
            plaintext.entrySet().stream()
                .map(entry -> new Variable(entry.getKey(), "PLAINTEXT", entry.getValue()))
                .toList());
  }

  public SampleBuild withSource(Source other, @Nullable String version) {
    return with(sampleBuild -> {
      sampleBuild.source = other;
      sampleBuild.sourceVersion = version;
    });
  }

  public SampleBuild withBuildspec(@Nullable String buildspec) {
    return withSource(new Source(source.type(), source.location(), buildspec), sourceVersion);
  }

  public SampleBuild withInitiator(String other) {
    return with(sampleBuild -> sampleBuild.initiator = other);
  }

  public SampleBuild withLog(@Nullable LogLocation other) {
    return with(sampleBuild -> sampleBuild.logLocation = other);
  }

  public SampleBuild inBuildBatch() {
    return with(sampleBuild -> sampleBuild.buildBatchId = "shop:batch");
  }

  public SampleBuild withAutoRetry() {
    return with(sampleBuild -> sampleBuild.autoRetried = true);
  }

  public Build build() {
    return new Build(
        id,
        project,
        status,
        phases,
        new Environment(image, type, computeType, privileged, hasRegistryCredential, variables),
        source,
        sourceVersion,
        initiator,
        logLocation,
        buildBatchId,
        autoRetried,
        serviceRole);
  }
}
