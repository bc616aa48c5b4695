package io.pullrescue.workload.codebuild;

import io.pullrescue.image.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Starts probe builds: the same project and version, with minimal settings otherwise. */
public final class ProbeStarter {
  /** The minimum that CodeBuild accepts, for the queue and for the build. */
  private static final int TIMEOUT_MINUTES = 5;

  /**
   * Containers on the hosts of CodeBuild. Elsewhere the environment of the project stays as it is:
   * the machines of a fleet have one type, and not every image runs on them.
   *
   * @see <a href="https://github.com/aws/aws-cdk/issues/34572">The type of a project on a fleet</a>
   */
  private static final Set<EnvironmentType> ON_DEMAND_CONTAINERS =
      Set.of(
          EnvironmentType.LINUX_CONTAINER,
          EnvironmentType.LINUX_GPU_CONTAINER,
          EnvironmentType.ARM_CONTAINER);

  /**
   * CodeBuild rejects timeouts for AWS Lambda.
   *
   * @see <a href="https://github.com/hashicorp/terraform-provider-aws/issues/35043">Unsupported
   *     properties</a>
   */
  private static final Set<EnvironmentType> LAMBDA =
      Set.of(EnvironmentType.LINUX_LAMBDA_CONTAINER, EnvironmentType.ARM_LAMBDA_CONTAINER);

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
    var used = original.environment();
    if (used.fleet() == null && ON_DEMAND_CONTAINERS.contains(used.type())) {
      overrideEnvironment(request, used);
    }
    if (!LAMBDA.contains(used.type())) {
      request
          .cacheOverride(cache -> cache.type(CacheType.NO_CACHE))
          .queuedTimeoutInMinutesOverride(TIMEOUT_MINUTES)
          .timeoutInMinutesOverride(TIMEOUT_MINUTES);
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
        .idempotencyToken(idempotencyToken(probe))
        .build();
  }

  /** Uses a curated image, which CodeBuild's hosts have cached: no rate limit, and a fast start. */
  private static void overrideEnvironment(
      StartBuildRequest.Builder request, ProjectEnvironment used) {
    var isArm = BuildInspector.isArm(used);
    request
        .privilegedModeOverride(false)
        .environmentTypeOverride(
            isArm ? EnvironmentType.ARM_CONTAINER : EnvironmentType.LINUX_CONTAINER)
        .computeTypeOverride(ComputeType.BUILD_GENERAL1_SMALL);
    // CodeBuild rejects a curated image together with the project's registry credential, which
    // StartBuild cannot remove.
    if (used.registryCredential() == null) {
      request
          .imageOverride(
              isArm
                  ? "aws/codebuild/amazonlinux-aarch64-standard:3.0"
                  : "aws/codebuild/standard:7.0")
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
  }

  private static String idempotencyToken(ProbeBuild probe) {
    return Digest.of(("probe " + probe).getBytes(StandardCharsets.UTF_8)).hex();
  }
}
