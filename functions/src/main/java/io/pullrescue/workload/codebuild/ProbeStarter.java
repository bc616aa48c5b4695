package io.pullrescue.workload.codebuild;

import io.pullrescue.image.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Starts probe builds: the same project and version, with minimal settings otherwise. */
public final class ProbeStarter {
  /** The minimum that CodeBuild accepts, for the queue and for the build. */
  private static final int TIMEOUT_MINUTES = 5;

  private final CodeBuildClient codeBuild;

  public ProbeStarter(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  /** Starts a probe build and returns its id; repeated calls within five minutes start one. */
  String start(ProbeBuild probe, Build original, Project project) {
    return codeBuild.startBuild(request(probe, original, project)).build().id();
  }

  static StartBuildRequest request(ProbeBuild probe, Build original, Project project) {
    var request = StartBuildOverrides.from(original, project);
    overrideEnvironment(request, original.environment());
    if (original.source().type() == SourceType.CODEPIPELINE) {
      // StartBuild does not accept a pipeline's source; the pipeline's artifact in S3 is the same.
      request
          .sourceTypeOverride(SourceType.S3)
          .sourceLocationOverride(original.sourceVersion().replaceFirst("^arn:[^/]*:::", ""))
          .sourceVersion(null);
    }
    if (StartBuildOverrides.supportsBuildStatus(original)) {
      request.reportBuildStatusOverride(false);
    }
    return request
        .buildspecOverride(probe.buildspec())
        .environmentVariablesOverride(
            StartBuildOverrides.plaintextVariables(probe.environmentVariables()))
        .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS))
        .secondaryArtifactsOverride(List.of())
        .cacheOverride(cache -> cache.type(CacheType.NO_CACHE))
        .privilegedModeOverride(false)
        .queuedTimeoutInMinutesOverride(TIMEOUT_MINUTES)
        .timeoutInMinutesOverride(TIMEOUT_MINUTES)
        .idempotencyToken(idempotencyToken(probe))
        .build();
  }

  /** Uses a curated image, which CodeBuild's hosts have cached: no rate limit, and a fast start. */
  private static void overrideEnvironment(
      StartBuildRequest.Builder request, ProjectEnvironment used) {
    var isArm = used.typeAsString().startsWith("ARM");
    request
        .environmentTypeOverride(
            isArm ? EnvironmentType.ARM_CONTAINER : EnvironmentType.LINUX_CONTAINER)
        .computeTypeOverride(ComputeType.BUILD_GENERAL1_SMALL);
    // CodeBuild rejects a curated image together with the project's registry credential, which
    // StartBuild cannot remove.
    if (used.registryCredential() == null) {
      request
          .imageOverride(
              isArm
                  ? "aws/codebuild/amazonlinux2-aarch64-standard:3.0"
                  : "aws/codebuild/standard:7.0")
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
  }

  private static String idempotencyToken(ProbeBuild probe) {
    return Digest.of(("probe " + probe).getBytes(StandardCharsets.UTF_8)).hex();
  }
}
