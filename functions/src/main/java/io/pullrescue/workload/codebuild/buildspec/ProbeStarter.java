package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.BuildClient;
import io.pullrescue.workload.codebuild.PlainText;
import io.pullrescue.workload.codebuild.StartBuildOverrides;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Probes on AWS CodeBuild: the same project and version, and as little else as can be. */
public final class ProbeStarter implements ProbeStarterPort {
  /** CodeBuild's least, for the queue and for the build. */
  private static final int TIMEOUT_MINUTES = 5;

  private final CodeBuildClient codeBuild;
  private final BuildClient builds;

  /** Asks this client. */
  public ProbeStarter(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
    this.builds = new BuildClient(codeBuild);
  }

  @Override
  public List<Build> findRecent(String project) {
    return builds.newestBuilds(project).stream().filter(Build::isProbe).toList();
  }

  @Override
  public String start(Build build, ProbeBuild probe) {
    var original = codeBuild.batchGetBuilds(request -> request.ids(build.id())).builds().getFirst();
    var project =
        codeBuild.batchGetProjects(request -> request.names(build.project())).projects().getFirst();
    return codeBuild.startBuild(request(probe, original, project)).build().id();
  }

  static StartBuildRequest request(
      ProbeBuild probe,
      software.amazon.awssdk.services.codebuild.model.Build original,
      Project project) {
    var request = StartBuildOverrides.from(original, project);
    overrideEnvironment(request, original.environment());
    if (original.source().type() == SourceType.CODEPIPELINE) {
      // No start takes what a pipeline hands over; what it has put into its bucket is read there.
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
        .environmentVariablesOverride(PlainText.variables(probe.environmentVariables()))
        .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS))
        .secondaryArtifactsOverride(List.of())
        .cacheOverride(cache -> cache.type(CacheType.NO_CACHE))
        .privilegedModeOverride(false)
        .queuedTimeoutInMinutesOverride(TIMEOUT_MINUTES)
        .timeoutInMinutesOverride(TIMEOUT_MINUTES)
        .idempotencyToken(idempotencyToken(probe))
        .build();
  }

  /** A curated image lies on CodeBuild's hosts: it takes no quota and seconds to start. */
  private static void overrideEnvironment(
      StartBuildRequest.Builder request, ProjectEnvironment used) {
    var isArm = used.typeAsString().startsWith("ARM");
    request
        .environmentTypeOverride(
            isArm ? EnvironmentType.ARM_CONTAINER : EnvironmentType.LINUX_CONTAINER)
        .computeTypeOverride(ComputeType.BUILD_GENERAL1_SMALL);
    // Curated images refuse the registry credential of a project, and no start can take it away.
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
