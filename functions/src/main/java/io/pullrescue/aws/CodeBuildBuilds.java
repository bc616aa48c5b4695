package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.retry.Histories;
import io.pullrescue.retry.History;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.LogsLocation;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;

/** Builds, as AWS CodeBuild describes them (BatchGetBuilds). */
public final class CodeBuildBuilds implements Builds, Histories {
  private final CodeBuildClient codeBuild;

  /** Asks this client. */
  public CodeBuildBuilds(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  @Override
  public Optional<Build> find(String id) {
    return codeBuild.batchGetBuilds(request -> request.ids(id)).builds().stream()
        .findFirst()
        .map(CodeBuildBuilds::build);
  }

  @Override
  public History of(String project) {
    return new History(newest(project));
  }

  /** One page of each call; newest first. */
  List<Build> newest(String project) {
    var ids = codeBuild.listBuildsForProject(request -> request.projectName(project)).ids();
    return ids.isEmpty()
        ? List.of()
        : codeBuild.batchGetBuilds(request -> request.ids(ids)).builds().stream()
            .map(CodeBuildBuilds::build)
            .sorted(Comparator.comparingInt(build -> ids.indexOf(build.id())))
            .toList();
  }

  static Build build(software.amazon.awssdk.services.codebuild.model.Build build) {
    return new Build(
        build.id(),
        build.projectName(),
        build.buildStatusAsString(),
        build.phases().stream().map(CodeBuildBuilds::phase).toList(),
        environment(build.environment()),
        source(build.source()),
        version(build),
        Optional.ofNullable(build.initiator()).orElse(""),
        log(build.logs()),
        batch(build.buildBatchArn()),
        Optional.ofNullable(build.autoRetryConfig()).map(it -> it.nextAutoRetry()).isPresent());
  }

  /** What a branch or tag meant at the time; S3 sources have no resolved version. */
  private static @Nullable String version(
      software.amazon.awssdk.services.codebuild.model.Build build) {
    return build.resolvedSourceVersion() == null
        ? build.sourceVersion()
        : build.resolvedSourceVersion();
  }

  /** {@code project:uuid} out of {@code arn:aws:codebuild:...:build-batch/project:uuid}. */
  private static @Nullable String batch(@Nullable String arn) {
    return arn == null ? null : arn.substring(arn.indexOf('/') + 1);
  }

  private static Build.Phase phase(BuildPhase phase) {
    return new Build.Phase(
        phase.phaseTypeAsString(),
        Optional.ofNullable(phase.phaseStatusAsString()).orElse(""),
        context(phase),
        phase.startTime(),
        phase.endTime());
  }

  private static String context(BuildPhase phase) {
    return phase.contexts().stream()
        .filter(context -> context.message() != null)
        .map(context -> context.statusCode() + ": " + context.message())
        .collect(Collectors.joining("\n"));
  }

  private static Build.Environment environment(ProjectEnvironment environment) {
    return new Build.Environment(
        environment.image(),
        environment.typeAsString(),
        environment.computeTypeAsString(),
        Boolean.TRUE.equals(environment.privilegedMode()),
        environment.registryCredential() != null,
        variables(environment.environmentVariables()));
  }

  private static List<Build.Variable> variables(List<EnvironmentVariable> variables) {
    return variables.stream()
        .map(it -> new Build.Variable(it.name(), type(it), it.value()))
        .toList();
  }

  private static String type(EnvironmentVariable variable) {
    return Optional.ofNullable(variable.typeAsString()).orElse("PLAINTEXT");
  }

  private static Build.Source source(ProjectSource source) {
    return new Build.Source(source.typeAsString(), source.location(), source.buildspec());
  }

  private static Build.@Nullable LogLocation log(@Nullable LogsLocation logs) {
    return logs == null || logs.groupName() == null || logs.streamName() == null
        ? null
        : new Build.LogLocation(logs.groupName(), logs.streamName());
  }
}
