package io.pullrescue.workload.codebuild;

import io.pullrescue.workload.codebuild.Build.LogLocation.CloudWatchLog;
import io.pullrescue.workload.codebuild.Build.LogLocation.S3Log;
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
public final class BuildClient implements BuildClientPort, BuildHistoryPort {
  private static final Pattern S3_OBJECT_ARN = Pattern.compile("arn:aws[a-z-]*:s3:::([^/]+)/(.+)");

  private final CodeBuildClient codeBuild;

  /** Asks this client. */
  public BuildClient(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  @Override
  public Optional<Build> find(String id) {
    return codeBuild.batchGetBuilds(request -> request.ids(id)).builds().stream()
        .findFirst()
        .map(BuildClient::toBuild);
  }

  @Override
  public BuildHistory getHistory(String project) {
    return new BuildHistory(newestBuilds(project));
  }

  /** One page of each call; newest first. */
  public List<Build> newestBuilds(String project) {
    var ids = codeBuild.listBuildsForProject(request -> request.projectName(project)).ids();
    return ids.isEmpty()
        ? List.of()
        : codeBuild.batchGetBuilds(request -> request.ids(ids)).builds().stream()
            .map(BuildClient::toBuild)
            .sorted(Comparator.comparingInt(build -> ids.indexOf(build.id())))
            .toList();
  }

  static Build toBuild(software.amazon.awssdk.services.codebuild.model.Build build) {
    return new Build(
        build.id(),
        build.projectName(),
        build.buildStatusAsString(),
        build.phases().stream().map(BuildClient::phase).toList(),
        environment(build.environment()),
        source(build.source()),
        sourceVersion(build),
        Optional.ofNullable(build.initiator()).orElse(""),
        logLocation(build.logs()),
        batchId(build.buildBatchArn()),
        Optional.ofNullable(build.autoRetryConfig())
            .map(autoRetryConfig -> autoRetryConfig.nextAutoRetry())
            .isPresent(),
        build.serviceRole());
  }

  /** What a branch or tag meant at the time; S3 sources have no resolved version. */
  private static @Nullable String sourceVersion(
      software.amazon.awssdk.services.codebuild.model.Build build) {
    return build.resolvedSourceVersion() == null
        ? build.sourceVersion()
        : build.resolvedSourceVersion();
  }

  /** {@code project:uuid} out of {@code arn:aws:codebuild:...:build-batch/project:uuid}. */
  private static @Nullable String batchId(@Nullable String arn) {
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
        .map(environmentVariable ->
            new Build.Variable(
                environmentVariable.name(), type(environmentVariable), environmentVariable.value()))
        .toList();
  }

  private static String type(EnvironmentVariable variable) {
    return Optional.ofNullable(variable.typeAsString()).orElse("PLAINTEXT");
  }

  private static Build.Source source(ProjectSource source) {
    return new Build.Source(source.typeAsString(), source.location(), source.buildspec());
  }

  /** In CloudWatch Logs unless the project turned that off: there its lines have a time. */
  private static Build.@Nullable LogLocation logLocation(@Nullable LogsLocation logs) {
    if (logs == null) {
      return null;
    }
    if (!isDisabled(logs.cloudWatchLogs())
        && logs.groupName() != null
        && logs.streamName() != null) {
      return new CloudWatchLog(logs.groupName(), logs.streamName());
    }
    return logs.s3Logs() != null && logs.s3Logs().status() == LogsConfigStatusType.ENABLED
        ? s3Location(logs.s3LogsArn())
        : null;
  }

  private static boolean isDisabled(@Nullable CloudWatchLogsConfig logs) {
    return logs != null && logs.status() == LogsConfigStatusType.DISABLED;
  }

  /** {@code arn:aws:s3:::bucket/path/uuid.gz}. */
  private static @Nullable S3Log s3Location(@Nullable String arn) {
    var object = S3_OBJECT_ARN.matcher(Objects.requireNonNullElse(arn, ""));
    return object.matches() ? new S3Log(object.group(1), object.group(2)) : null;
  }
}
