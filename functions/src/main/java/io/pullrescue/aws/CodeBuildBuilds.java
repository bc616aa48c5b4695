package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.Build.LogLocation.InS3;
import io.pullrescue.failure.Builds;
import io.pullrescue.retry.Histories;
import io.pullrescue.retry.History;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.CloudWatchLogsConfig;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.LogsConfigStatusType;
import software.amazon.awssdk.services.codebuild.model.LogsLocation;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;

/** Builds, as AWS CodeBuild describes them (BatchGetBuilds). */
public final class CodeBuildBuilds implements Builds, Histories {
  private static final Pattern OBJECT = Pattern.compile("arn:aws[a-z-]*:s3:::([^/]+)/(.+)");

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
        Optional.ofNullable(build.autoRetryConfig()).map(it -> it.nextAutoRetry()).isPresent(),
        build.serviceRole());
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

  /** In CloudWatch Logs unless the project turned that off: there its lines have a time. */
  private static Build.@Nullable LogLocation log(@Nullable LogsLocation logs) {
    if (logs == null) {
      return null;
    }
    if (!isOff(logs.cloudWatchLogs()) && logs.groupName() != null && logs.streamName() != null) {
      return new InCloudWatch(logs.groupName(), logs.streamName());
    }
    return logs.s3Logs() != null && logs.s3Logs().status() == LogsConfigStatusType.ENABLED
        ? inS3(logs.s3LogsArn())
        : null;
  }

  private static boolean isOff(@Nullable CloudWatchLogsConfig logs) {
    return logs != null && logs.status() == LogsConfigStatusType.DISABLED;
  }

  /** {@code arn:aws:s3:::bucket/path/uuid.gz}. */
  private static @Nullable InS3 inS3(@Nullable String arn) {
    var object = OBJECT.matcher(Objects.requireNonNullElse(arn, ""));
    return object.matches() ? new InS3(object.group(1), object.group(2)) : null;
  }
}
