package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.image.Digest;
import io.pullrescue.retry.Probe;
import io.pullrescue.retry.Probes;
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
public final class CodeBuildProbes implements Probes {
  /** CodeBuild's least, for the queue and for the build. */
  private static final int MINUTES = 5;

  private final CodeBuildClient codeBuild;
  private final CodeBuildBuilds builds;

  /** Asks this client. */
  public CodeBuildProbes(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
    this.builds = new CodeBuildBuilds(codeBuild);
  }

  @Override
  public List<Build> of(String project) {
    return builds.newest(project).stream().filter(Build::isProbe).toList();
  }

  @Override
  public String start(Build build, Probe probe) {
    var original = codeBuild.batchGetBuilds(request -> request.ids(build.id())).builds().getFirst();
    var project =
        codeBuild.batchGetProjects(request -> request.names(build.project())).projects().getFirst();
    return codeBuild.startBuild(request(probe, original, project)).build().id();
  }

  static StartBuildRequest request(
      Probe probe,
      software.amazon.awssdk.services.codebuild.model.Build original,
      Project project) {
    var request = BuildLikeness.like(original, project);
    environment(request, original.environment());
    if (original.source().type() == SourceType.CODEPIPELINE) {
      // No start takes what a pipeline hands over; what it has put into its bucket is read there.
      request
          .sourceTypeOverride(SourceType.S3)
          .sourceLocationOverride(original.sourceVersion().replaceFirst("^arn:[^/]*:::", ""))
          .sourceVersion(null);
    }
    if (BuildLikeness.reportsStatus(original)) {
      request.reportBuildStatusOverride(false);
    }
    return request
        .buildspecOverride(probe.buildspec())
        .environmentVariablesOverride(PlainText.variables(probe.variables()))
        .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS))
        .secondaryArtifactsOverride(List.of())
        .cacheOverride(cache -> cache.type(CacheType.NO_CACHE))
        .privilegedModeOverride(false)
        .queuedTimeoutInMinutesOverride(MINUTES)
        .timeoutInMinutesOverride(MINUTES)
        .idempotencyToken(token(probe))
        .build();
  }

  /** A curated image lies on CodeBuild's hosts: it takes no quota and seconds to start. */
  private static void environment(StartBuildRequest.Builder request, ProjectEnvironment used) {
    var arm = used.typeAsString().startsWith("ARM");
    request
        .environmentTypeOverride(
            arm ? EnvironmentType.ARM_CONTAINER : EnvironmentType.LINUX_CONTAINER)
        .computeTypeOverride(ComputeType.BUILD_GENERAL1_SMALL);
    // Curated images refuse the registry credential of a project, and no start can take it away.
    if (used.registryCredential() == null) {
      request
          .imageOverride(
              arm
                  ? "aws/codebuild/amazonlinux2-aarch64-standard:3.0"
                  : "aws/codebuild/standard:7.0")
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
  }

  private static String token(Probe probe) {
    return Digest.of(("probe " + probe).getBytes(StandardCharsets.UTF_8)).hex();
  }
}
