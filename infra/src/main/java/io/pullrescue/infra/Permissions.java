package io.pullrescue.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** The rights that functions are given, each as narrow as its API allows. */
final class Permissions {
  static final String BUS = "default";
  static final String EVENT_SOURCE = "pull-rescue";

  private final Stack stack;
  private final Configuration configuration;

  Permissions(Stack stack, Configuration configuration) {
    this.stack = stack;
    this.configuration = configuration;
  }

  /** What a build was asked to do, and what became of it. */
  List<PolicyStatement> readBuilds() {
    return List.of(allow("ReadBuilds", projects(), "codebuild:BatchGetBuilds"));
  }

  /**
   * What a build printed. Only in the log groups that builds are known to use: the reader works on
   * hostile text, and the other logs of the account are none of its business.
   */
  List<PolicyStatement> readBuildLogs() {
    List<String> groups =
        configuration.buildAccess().logGroups().stream()
            .map(group -> arn("logs", "log-group", ArnFormat.COLON_RESOURCE_NAME, group + ":*"))
            .toList();
    PolicyStatement inCloudWatch = allow("ReadBuildLogs", groups, "logs:GetLogEvents");
    List<String> objects = objects(configuration.buildAccess().logBuckets());
    return objects.isEmpty()
        ? List.of(inCloudWatch)
        : List.of(inCloudWatch, allow("ReadBuildLogsInBuckets", objects, "s3:GetObject"));
  }

  /** What a task or a job was asked to do, and what became of it. */
  List<PolicyStatement> readWorkloads() {
    return List.of(
        readTasks(),
        // Neither action knows a resource.
        allow(
            "ReadDefinitionsAndJobs",
            List.of("*"),
            "batch:DescribeJobs",
            "ecs:DescribeTaskDefinition"));
  }

  /**
   * The buildspecs that are kept in sources: whole objects of the buckets that the operator names,
   * and single files of this account's repositories.
   */
  List<PolicyStatement> readSources() {
    List<String> objects = objects(configuration.buildAccess().sourceBuckets());
    PolicyStatement repositories =
        allow(
            "ReadRepositories",
            List.of(arn("codecommit", "*", ArnFormat.NO_RESOURCE_NAME, null)),
            "codecommit:GetFile");
    return objects.isEmpty()
        ? List.of(repositories)
        : List.of(
            repositories, allow("ReadSources", objects, "s3:GetObject", "s3:GetObjectVersion"));
  }

  /** Starts builds, and has pipelines and batches run their failed parts again. */
  List<PolicyStatement> startBuilds() {
    List<PolicyStatement> statements = new ArrayList<>();
    statements.add(
        allow(
            "StartBuilds",
            projects(),
            "codebuild:BatchGetBuildBatches",
            "codebuild:BatchGetProjects",
            "codebuild:ListBuildsForProject",
            "codebuild:RetryBuildBatch",
            "codebuild:StartBuild"));
    statements.add(
        allow(
            "RetryStages",
            List.of(arn("codepipeline", "*", ArnFormat.NO_RESOURCE_NAME, null)),
            "codepipeline:GetPipeline",
            "codepipeline:GetPipelineState",
            "codepipeline:RetryStageExecution"));
    if (configuration.retrying().projectChanges() != ProjectChanges.OFF) {
      statements.add(allow("ChangeProjects", projects(), "codebuild:UpdateProject"));
    }
    return statements;
  }

  /**
   * Events in our own name only: nobody can be told that CodeBuild said it. A call has several
   * sources, so the condition is for each of them, and for there being one.
   */
  List<PolicyStatement> publish() {
    PolicyStatement statement =
        allow(
            "Publish",
            List.of(arn("events", "event-bus", ArnFormat.SLASH_RESOURCE_NAME, BUS)),
            "events:PutEvents");
    // One after the other: the order of a map literal changes from run to run, and the template
    // must not.
    statement.addCondition("ForAllValues:StringEquals", Map.of("events:source", EVENT_SOURCE));
    statement.addCondition("Null", Map.of("events:source", "false"));
    return List.of(statement);
  }

  MirrorPermissions mirror() {
    return new MirrorPermissions(this, configuration.copying().upstreams());
  }

  List<PolicyStatement> readCredentials() {
    List<String> secrets =
        credentials(secret -> !secret.isInSystemsManager())
            .map(secret -> secret.arn(stack))
            .toList();
    List<String> parameters =
        credentials(Secret::isInSystemsManager)
            .flatMap(secret -> secret.parameterArns(stack).stream())
            .distinct()
            .toList();
    return Stream.of(
            allow("ReadCredentials", secrets, "secretsmanager:GetSecretValue"),
            // Encrypted with the account's own key for parameters, which asks for no more.
            allow("ReadParameters", parameters, "ssm:GetParameters"))
        .filter(statement -> !statement.getResources().isEmpty())
        .toList();
  }

  private Stream<Secret> credentials(Predicate<Secret> kind) {
    return configuration.copying().credentials().values().stream().filter(kind);
  }

  /** The secrets that definitions of tasks and jobs name, as far as the operator names them too. */
  List<PolicyStatement> readWorkloadSecrets() {
    List<String> secrets =
        configuration.copying().workloadSecrets().stream()
            .map(it -> Secret.arn(stack, it))
            .toList();
    return secrets.isEmpty()
        ? List.of()
        : List.of(allow("ReadWorkloadSecrets", secrets, "secretsmanager:GetSecretValue"));
  }

  /** All that copying takes. */
  List<PolicyStatement> replicate() {
    return Stream.of(mirror().write(), readCredentials(), publish()).flatMap(List::stream).toList();
  }

  private List<String> objects(List<String> buckets) {
    return buckets.stream()
        .map(bucket -> "arn:%s:s3:::%s/*".formatted(stack.getPartition(), bucket))
        .toList();
  }

  private List<String> projects() {
    return List.of(arn("codebuild", "project", ArnFormat.SLASH_RESOURCE_NAME, "*"));
  }

  /** A task as the API describes it. */
  PolicyStatement readTasks() {
    return allow("ReadTasks", List.of(slashed("ecs", "task")), "ecs:DescribeTasks");
  }

  /** All resources of this kind, {@code kind/*}. */
  String slashed(String service, String kind) {
    return arn(service, kind, ArnFormat.SLASH_RESOURCE_NAME, "*");
  }

  String arn(String service, String resource, ArnFormat format, @Nullable String name) {
    ArnComponents components =
        ArnComponents.builder()
            .service(service)
            .resource(resource)
            .arnFormat(format)
            .resourceName(name)
            .build();
    return stack.formatArn(components);
  }

  static PolicyStatement allow(String sid, List<String> resources, String... actions) {
    return PolicyStatement.Builder.create()
        .sid(sid)
        .actions(List.of(actions))
        .resources(resources)
        .build();
  }
}
