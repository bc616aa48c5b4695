package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** The request that starts a probe build. */
final class ProbeStarterTest {
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final ProbeBuild PROBE = new ProbeBuild("shop:failed", "ci/buildspec.yml");

  @Test
  void requestsSameSourceVersionWithMinimalSettings() {
    var request = request(SourceType.GITHUB, environment(EnvironmentType.LINUX_CONTAINER).build());

    assertThat(request)
        .isEqualTo(
            StartBuildRequest.builder()
                .projectName("shop")
                .sourceVersion(COMMIT)
                .buildspecOverride(PROBE.buildspec())
                .environmentTypeOverride(EnvironmentType.LINUX_CONTAINER)
                .computeTypeOverride(ComputeType.BUILD_GENERAL1_SMALL)
                .imageOverride("aws/codebuild/standard:7.0")
                .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD)
                .privilegedModeOverride(false)
                .environmentVariablesOverride(
                    StartBuildOverrides.plaintextVariables(PROBE.environmentVariables()))
                .artifactsOverride(builder -> builder.type(ArtifactsType.NO_ARTIFACTS))
                .secondaryArtifactsOverride(List.of())
                .cacheOverride(candidate -> candidate.type(CacheType.NO_CACHE))
                .reportBuildStatusOverride(false)
                .autoRetryLimitOverride(0)
                .queuedTimeoutInMinutesOverride(5)
                .timeoutInMinutesOverride(5)
                .idempotencyToken(request.idempotencyToken())
                .build());
  }

  @Test
  void sameProbeHasSameIdempotencyToken() {
    var environment = environment(EnvironmentType.LINUX_CONTAINER).build();

    assertThat(request(SourceType.GITHUB, environment))
        .isEqualTo(request(SourceType.GITHUB, environment));
    assertThat(request(SourceType.GITHUB, environment).idempotencyToken())
        .hasSize(64)
        .isNotEqualTo(
            ProbeStarter.request(
                    new ProbeBuild("shop:failed", "other.yml"),
                    build(SourceType.GITHUB, environment),
                    project(environment))
                .idempotencyToken());
  }

  @Test
  void omitsBuildStatusForSourceWithoutStatus() {
    var environment = environment(EnvironmentType.LINUX_CONTAINER).build();

    assertThat(request(SourceType.S3, environment).reportBuildStatusOverride()).isNull();
  }

  @Test
  void probesArmBuildOnArm() {
    var request = request(SourceType.GITHUB, environment(EnvironmentType.ARM_CONTAINER).build());

    assertThat(request.environmentTypeOverride()).isEqualTo(EnvironmentType.ARM_CONTAINER);
    assertThat(request.imageOverride()).isEqualTo("aws/codebuild/amazonlinux-aarch64-standard:3.0");
  }

  /** The machines of a fleet have one type, and machines run other images than containers do. */
  @ParameterizedTest
  @EnumSource(
      names = {"LINUX_EC2", "ARM_EC2", "MAC_ARM", "LINUX_LAMBDA_CONTAINER", "ARM_LAMBDA_CONTAINER"})
  void keepsEnvironmentOtherThanContainersOfCodeBuild(EnvironmentType type) {
    assertEnvironmentIsKept(request(SourceType.GITHUB, environment(type).build()));
  }

  @Test
  void keepsEnvironmentOfFleet() {
    var onFleet =
        environment(EnvironmentType.LINUX_CONTAINER)
            .fleet(fleet -> fleet.fleetArn("arn:aws:codebuild:us-east-1:123456789012:fleet/ci:1"))
            .build();

    assertEnvironmentIsKept(request(SourceType.GITHUB, onFleet));
  }

  /** See https://github.com/hashicorp/terraform-provider-aws/issues/35043. */
  @Test
  void sendsNoTimeoutsToLambda() {
    var request =
        request(SourceType.S3, environment(EnvironmentType.LINUX_LAMBDA_CONTAINER).build());

    assertThat(request.queuedTimeoutInMinutesOverride()).isNull();
    assertThat(request.cacheOverride()).isNull();
    assertThat(
            request(SourceType.S3, environment(EnvironmentType.LINUX_EC2).build())
                .timeoutInMinutesOverride())
        .isEqualTo(5);
  }

  private static void assertEnvironmentIsKept(StartBuildRequest request) {
    assertThat(request.environmentTypeOverride()).isNull();
    assertThat(request.computeTypeOverride()).isNull();
    assertThat(request.imageOverride()).isNull();
    assertThat(request.imagePullCredentialsTypeOverride()).isNull();
    assertThat(request.privilegedModeOverride()).isNull();
  }

  @Test
  void keepsImageOfProjectWithRegistryCredential() {
    var request =
        request(
            SourceType.GITHUB,
            environment(EnvironmentType.LINUX_CONTAINER)
                .registryCredential(builder -> builder.credential("hub"))
                .build());

    assertThat(request.imageOverride()).isNull();
    assertThat(request.imagePullCredentialsTypeOverride()).isNull();
  }

  private static StartBuildRequest request(SourceType type, ProjectEnvironment environment) {
    return ProbeStarter.request(PROBE, build(type, environment), project(environment));
  }

  private static ProjectEnvironment.Builder environment(EnvironmentType type) {
    return ProjectEnvironment.builder()
        .type(type)
        .image("ruby:2.7")
        .computeType(ComputeType.BUILD_GENERAL1_LARGE)
        .privilegedMode(true)
        .environmentVariables(variable("SECRET", "of the start"));
  }

  private static Build build(SourceType type, ProjectEnvironment environment) {
    return Build.builder()
        .id("shop:failed")
        .projectName("shop")
        .sourceVersion("main")
        .resolvedSourceVersion(COMMIT)
        .source(builder -> builder.type(type).buildspec("ci/buildspec.yml").reportBuildStatus(true))
        .environment(environment)
        .timeoutInMinutes(60)
        .build();
  }

  private static Project project(ProjectEnvironment environment) {
    return Project.builder()
        .name("shop")
        .environment(environment.toBuilder().environmentVariables(List.of()).build())
        .source(builder -> builder.type(SourceType.GITHUB))
        .timeoutInMinutes(30)
        .build();
  }

  private static EnvironmentVariable variable(String name, String value) {
    return EnvironmentVariable.builder()
        .name(name)
        .value(value)
        .type(EnvironmentVariableType.PLAINTEXT)
        .build();
  }
}
