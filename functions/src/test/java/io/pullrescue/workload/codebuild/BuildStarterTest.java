package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildArtifacts;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.ProjectSourceVersion;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

final class BuildStarterTest {
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of(
          "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby@"
              + Digest.of("x".getBytes(StandardCharsets.UTF_8)));

  private List<EnvironmentVariable> dockerHubVariables = List.of();

  @Test
  void overridesOnlyCommitAndBuildspecByDefault() {
    var request = request(build(environment()), project(), null, "version: 0.2");

    assertThat(request.sourceVersion()).isEqualTo("6f1c0a6d");
    assertThat(request.buildspecOverride()).isEqualTo("version: 0.2");
    assertThat(request.autoRetryLimitOverride()).isZero();
    assertThat(request.environmentVariablesOverride())
        .extracting(EnvironmentVariable::name)
        .containsExactly(
            "PULL_RESCUE_ORIGINAL_BUILD_ID", "PULL_RESCUE_ATTEMPT", "PULL_RESCUE_IMAGES");
    assertThat(request.imageOverride()).isNull();
    assertThat(request.computeTypeOverride()).isNull();
    assertThat(request.environmentTypeOverride()).isNull();
    assertThat(request.privilegedModeOverride()).isNull();
    assertThat(request.timeoutInMinutesOverride()).isNull();
    assertThat(request.hasSecondarySourcesVersionOverride()).isFalse();
    assertThat(request.reportBuildStatusOverride()).isTrue();
  }

  @Test
  void repeatsOverridesOfOriginalBuild() {
    var used =
        environment().toBuilder()
            .image("aws/codebuild/standard:6.0")
            .imagePullCredentialsType(ImagePullCredentialsType.CODEBUILD)
            .computeType(ComputeType.BUILD_GENERAL1_LARGE)
            .type(EnvironmentType.LINUX_GPU_CONTAINER)
            .privilegedMode(false)
            .environmentVariables(
                variable("STAGE", "production"),
                variable("CODEBUILD_WEBHOOK_EVENT", "PUSH"),
                variable("PULL_RESCUE_ATTEMPT", "1"))
            .build();
    var build =
        build(used).toBuilder()
            .timeoutInMinutes(90)
            .secondarySourceVersions(
                ProjectSourceVersion.builder()
                    .sourceIdentifier("tools")
                    .sourceVersion("v2")
                    .build())
            .build();

    var request = request(build, project(), null, "version: 0.2");

    assertThat(request.imageOverride()).isEqualTo("aws/codebuild/standard:6.0");
    assertThat(request.computeTypeOverride()).isEqualTo(ComputeType.BUILD_GENERAL1_LARGE);
    assertThat(request.environmentTypeOverride()).isEqualTo(EnvironmentType.LINUX_GPU_CONTAINER);
    assertThat(request.privilegedModeOverride()).isFalse();
    assertThat(request.timeoutInMinutesOverride()).isEqualTo(90);
    assertThat(request.secondarySourcesVersionOverride()).hasSize(1);
    assertThat(request.environmentVariablesOverride())
        .extracting(
            environmentVariable -> environmentVariable.name() + "=" + environmentVariable.value())
        .startsWith(
            "STAGE=production", "PULL_RESCUE_ORIGINAL_BUILD_ID=shop:first", "PULL_RESCUE_ATTEMPT=2")
        .noneMatch(value -> value.startsWith("CODEBUILD_"))
        .doesNotContain("PULL_RESCUE_ATTEMPT=1");
  }

  /** In records of builds the location is empty if the build stores nothing, never absent. */
  @Test
  void storesNoArtifactsWhenOriginalStoredNone() {
    var project =
        project().toBuilder().artifacts(artifacts -> artifacts.type("S3").location("out")).build();
    var stored = build(environment()).toBuilder().artifacts(BuildArtifacts.builder().build());

    assertThat(request(stored.build(), project, null, "version: 0.2").artifactsOverride()).isNull();
    var none = stored.artifacts(artifacts -> artifacts.location("")).build();
    assertThat(request(none, project, null, "version: 0.2").artifactsOverride().type())
        .isEqualTo(ArtifactsType.NO_ARTIFACTS);
    assertThat(request(none, project(), null, "version: 0.2").artifactsOverride()).isNull();
  }

  @Test
  void reportsStatusOfWebhookBuild() {
    var silent =
        SampleBuild.from(build(environment()))
            .withSource(SampleBuild.source("GITHUB", "https://github.com/x.git", null), "main");

    assertThat(request(silent.build(), project(), null, null).reportBuildStatusOverride()).isNull();
    assertThat(
            request(silent.withInitiator("GitHub-Hookshot/8f2c1d7").build(), project(), null, null)
                .reportBuildStatusOverride())
        .isTrue();
  }

  @Test
  void pullsEnvironmentImageWithCodeBuildCredentials() {
    var request = request(build(environment()), project(), MIRROR_REFERENCE, null);

    assertThat(request.imageOverride()).isEqualTo(MIRROR_REFERENCE.toString());
    assertThat(request.imagePullCredentialsTypeOverride())
        .isEqualTo(ImagePullCredentialsType.CODEBUILD);
    assertThat(request.buildspecOverride()).isNull();
  }

  @Test
  void passesSecretReferenceNotSecretValue() {
    dockerHubVariables =
        DockerHubVariables.fromReference(
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:hub-AbCdEf");

    assertThat(request(build(environment()), project(), null, "version: 0.2"))
        .extracting(StartBuildRequest::environmentVariablesOverride, LIST)
        .contains(
            EnvironmentVariable.builder()
                .name("PULL_RESCUE_PASSWORD")
                .value("arn:aws:secretsmanager:us-east-1:123456789012:secret:hub-AbCdEf:password")
                .type(EnvironmentVariableType.SECRETS_MANAGER)
                .build());
    assertThat(
            request(build(environment()), project(), MIRROR_REFERENCE, null)
                .environmentVariablesOverride())
        .doesNotContainAnyElementsOf(dockerHubVariables);
  }

  @Test
  void acceptsTwoParametersAsCredentials() {
    assertThat(DockerHubVariables.fromReference("ssm:/hub/user, /hub/password"))
        .extracting(environmentVariable ->
            environmentVariable.name()
                + " "
                + environmentVariable.typeAsString()
                + " "
                + environmentVariable.value())
        .containsExactly(
            "PULL_RESCUE_USERNAME PARAMETER_STORE /hub/user",
            "PULL_RESCUE_PASSWORD PARAMETER_STORE /hub/password");
  }

  @Test
  void sameAttemptHasSameIdempotencyToken() {
    var first = request(build(environment()), project(), MIRROR_REFERENCE, null);
    var second = request(build(environment()), project(), MIRROR_REFERENCE, null);

    assertThat(first.idempotencyToken()).isEqualTo(second.idempotencyToken()).hasSize(64);
  }

  private StartBuildRequest request(
      Build build, Project project, @Nullable ImageReference image, @Nullable String buildspec) {
    var mirroredImages = List.of(MirroredImage.of(RUBY, MIRROR_REFERENCE).orElseThrow());
    var plan =
        new StartBuild(new RetryState("shop:first", 2, mirroredImages), image, buildspec, true);
    return BuildStarter.request(plan, build, project, dockerHubVariables);
  }

  private static Build build(ProjectEnvironment environment) {
    return Build.builder()
        .id("shop:1")
        .projectName("shop")
        .buildStatus("FAILED")
        .phases(List.of())
        .resolvedSourceVersion("6f1c0a6d")
        .sourceVersion("main")
        .timeoutInMinutes(60)
        .source(source())
        .environment(environment)
        .build();
  }

  private static Project project() {
    return Project.builder()
        .name("shop")
        .timeoutInMinutes(60)
        .source(source())
        .environment(environment())
        .build();
  }

  private static ProjectSource source() {
    return ProjectSource.builder()
        .type(SourceType.GITHUB)
        .buildspec("version: 0.2")
        .reportBuildStatus(true)
        .build();
  }

  private static ProjectEnvironment environment() {
    return ProjectEnvironment.builder()
        .image("aws/codebuild/standard:7.0")
        .type(EnvironmentType.LINUX_CONTAINER)
        .computeType(ComputeType.BUILD_GENERAL1_SMALL)
        .privilegedMode(true)
        .environmentVariables(variable("STAGE", "test"))
        .build();
  }

  private static EnvironmentVariable variable(String name, String value) {
    return EnvironmentVariable.builder().name(name).value(value).type("PLAINTEXT").build();
  }
}
