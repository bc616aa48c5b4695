package io.pullrescue.testing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.AutoRetryConfig;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.LogsConfigStatusType;
import software.amazon.awssdk.services.codebuild.model.PhaseContext;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.RegistryCredential;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** Builds for tests: each method returns another sample, with one thing changed. */
public final class SampleBuild {
  public static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  public static final String LOG_GROUP = "/aws/codebuild/shop";

  public static final String BUILDSPEC =
      """
      version: 0.2
      phases:
        build:
          commands:
            - docker build -t app .
      """;

  private static final String ROLE = "arn:aws:iam::123456789012:role/service-role/shop-builds";

  private static final Build FAILED =
      Build.builder()
          .id(ID)
          .projectName("shop")
          .buildStatus("FAILED")
          .phases(List.of())
          .environment(environment())
          .source(source("GITHUB", "https://github.com/shop/shop.git", BUILDSPEC))
          .sourceVersion("6f1c0a6d")
          .initiator("someone")
          .serviceRole(ROLE)
          .build();

  private final Build build;

  private SampleBuild(Build build) {
    this.build = build;
  }

  public static SampleBuild from(Build build) {
    return new SampleBuild(build);
  }

  public static SampleBuild failed() {
    return from(FAILED);
  }

  public static SampleBuild failedIn(String phase) {
    return failed().withPhases(phase(phase, "FAILED"));
  }

  /** Returns the project of the sample builds. */
  public static Project project() {
    return Project.builder()
        .name("shop")
        .serviceRole(ROLE)
        .environment(environment())
        .source(source("GITHUB", "https://github.com/shop/shop.git", BUILDSPEC))
        .build();
  }

  private static ProjectEnvironment environment() {
    return ProjectEnvironment.builder()
        .image("ruby:2.7")
        .type(EnvironmentType.LINUX_CONTAINER)
        .computeType(ComputeType.BUILD_GENERAL1_SMALL)
        .privilegedMode(true)
        .environmentVariables(List.of())
        .build();
  }

  public static BuildPhase phase(String type, String status) {
    return phase(type, status, null, null);
  }

  public static BuildPhase phase(
      String type, String status, @Nullable Instant startTime, @Nullable Instant endTime) {
    return BuildPhase.builder()
        .phaseType(type)
        .phaseStatus(status)
        .startTime(startTime)
        .endTime(endTime)
        .build();
  }

  /** Returns a phase that failed, with an error such as {@code CLIENT_ERROR: no access}. */
  public static BuildPhase failedPhase(String type, String error) {
    var separator = error.indexOf(": ");
    var context =
        PhaseContext.builder()
            .statusCode(error.substring(0, separator))
            .message(error.substring(separator + 2))
            .build();
    return phase(type, "FAILED").toBuilder().contexts(context).build();
  }

  public static ProjectSource source(
      String type, @Nullable String location, @Nullable String buildspec) {
    return ProjectSource.builder().type(type).location(location).buildspec(buildspec).build();
  }

  private SampleBuild with(Consumer<Build.Builder> change) {
    return from(build.toBuilder().applyMutation(change).build());
  }

  private SampleBuild withEnvironment(Consumer<ProjectEnvironment.Builder> change) {
    return with(builder ->
        builder.environment(build.environment().toBuilder().applyMutation(change).build()));
  }

  public SampleBuild withId(String id) {
    return with(builder -> builder.id(id));
  }

  public SampleBuild withStatus(String status) {
    return with(builder -> builder.buildStatus(status));
  }

  public SampleBuild withPhases(BuildPhase... phases) {
    return with(builder -> builder.phases(phases));
  }

  /** With its one phase started at this time. */
  public SampleBuild withStartTime(Instant startTime) {
    return withPhases(build.phases().getFirst().toBuilder().startTime(startTime).build());
  }

  public SampleBuild withImage(String image) {
    return withEnvironment(environment -> environment.image(image));
  }

  public SampleBuild withoutPrivilegedMode() {
    return withEnvironment(environment -> environment.privilegedMode(false));
  }

  public SampleBuild withEnvironmentType(EnvironmentType type) {
    return withEnvironment(environment -> environment.type(type));
  }

  public SampleBuild withDockerServer() {
    return withEnvironment(environment ->
        environment.dockerServer(server -> server.computeType(ComputeType.BUILD_GENERAL1_SMALL)));
  }

  public SampleBuild withRegistryCredential() {
    return withEnvironment(environment ->
        environment.registryCredential(RegistryCredential.builder().credential("hub").build()));
  }

  /** With these plaintext variables and no others. */
  public SampleBuild withVariables(Map<String, String> plaintext) {
    var variables =
        plaintext.entrySet().stream()
            .map(entry ->
                EnvironmentVariable.builder()
                    .name(entry.getKey())
                    .value(entry.getValue())
                    .type(EnvironmentVariableType.PLAINTEXT)
                    .build())
            .toList();
    return withEnvironment(environment -> environment.environmentVariables(variables));
  }

  public SampleBuild withSource(ProjectSource source, @Nullable String version) {
    return with(builder -> builder.source(source).sourceVersion(version));
  }

  public SampleBuild withSourceType(SourceType type, String location) {
    return with(builder ->
        builder.source(build.source().toBuilder().type(type).location(location).build()));
  }

  public SampleBuild withBuildspec(@Nullable String buildspec) {
    return with(builder -> builder.source(build.source().toBuilder().buildspec(buildspec).build()));
  }

  public SampleBuild withSourceVersion(@Nullable String requested, @Nullable String resolved) {
    return with(builder -> builder.sourceVersion(requested).resolvedSourceVersion(resolved));
  }

  public SampleBuild withServiceRole(String role) {
    return with(builder -> builder.serviceRole(role));
  }

  public SampleBuild withEndTime(Instant endTime) {
    return with(builder -> builder.endTime(endTime));
  }

  public SampleBuild withInitiator(String initiator) {
    return with(builder -> builder.initiator(initiator));
  }

  /** As a retry that pull-rescue started. */
  public SampleBuild startedByPullRescue() {
    return withInitiator(TestFixtures.RETRY_INITIATOR);
  }

  /** With a log stream in CloudWatch Logs, in {@link #LOG_GROUP}. */
  public SampleBuild withLogStream(String stream) {
    return with(builder -> builder.logs(logs -> logs.groupName(LOG_GROUP).streamName(stream)));
  }

  /** With a log in Amazon S3 only. */
  public SampleBuild withS3Log(String arn) {
    return with(builder ->
        builder.logs(logs ->
            logs.s3LogsArn(arn).s3Logs(s3Logs -> s3Logs.status(LogsConfigStatusType.ENABLED))));
  }

  public SampleBuild inBuildBatch() {
    return inBuildBatch("shop:batch");
  }

  public SampleBuild inBuildBatch(String id) {
    return with(builder ->
        builder.buildBatchArn("arn:aws:codebuild:us-east-1:123456789012:build-batch/" + id));
  }

  public SampleBuild withAutoRetry() {
    return with(builder ->
        builder.autoRetryConfig(AutoRetryConfig.builder().nextAutoRetry("shop:next").build()));
  }

  public Build build() {
    return build;
  }
}
