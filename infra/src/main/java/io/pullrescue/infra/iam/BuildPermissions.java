package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.arn;
import static io.pullrescue.infra.iam.Statements.grant;
import static io.pullrescue.infra.iam.Statements.objectsIn;

import io.pullrescue.config.ProjectUpdateMode;
import java.util.List;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;

/** Grants access to CodeBuild builds, their logs and their sources. */
public final class BuildPermissions {
  private final Stack stack;
  private final List<String> projects;

  /** Creates the permissions for the builds of the stack's account and region. */
  public BuildPermissions(Stack stack) {
    this.stack = stack;
    projects = List.of(Statements.allOf(stack, "codebuild", "project"));
  }

  /** Grants reading builds. */
  public void grantRead(IGrantable grantee) {
    grant(grantee, allow("ReadBuilds", projects, "codebuild:BatchGetBuilds"));
  }

  /**
   * Grants reading build logs in the configured log groups and buckets only: the reader processes
   * hostile text, and the other logs of the account are none of its business.
   */
  public void grantReadLogs(IGrantable grantee, List<String> logGroups, List<String> logBuckets) {
    var groups =
        logGroups.stream()
            .map(group ->
                arn(stack, "logs", "log-group", ArnFormat.COLON_RESOURCE_NAME, group + ":*"))
            .toList();
    grant(
        grantee,
        allow("ReadBuildLogs", groups, "logs:GetLogEvents"),
        allow("ReadBuildLogsInBuckets", objectsIn(stack, logBuckets), "s3:GetObject"));
  }

  /**
   * Grants reading buildspecs that are kept in sources: files in the account's CodeCommit
   * repositories, and objects in the configured buckets.
   */
  public void grantReadSources(IGrantable grantee, List<String> sourceBuckets) {
    var repositories = arn(stack, "codecommit", "*", ArnFormat.NO_RESOURCE_NAME, null);
    grant(
        grantee,
        allow("ReadRepositories", List.of(repositories), "codecommit:GetFile"),
        allow(
            "ReadSources", objectsIn(stack, sourceBuckets), "s3:GetObject", "s3:GetObjectVersion"));
  }

  /** Grants starting builds, and retrying the failed part of pipelines and build batches. */
  public void grantRetry(IGrantable grantee, ProjectUpdateMode projectUpdates) {
    var pipelines = arn(stack, "codepipeline", "*", ArnFormat.NO_RESOURCE_NAME, null);
    grant(
        grantee,
        allow(
            "StartBuilds",
            projects,
            "codebuild:BatchGetBuildBatches",
            "codebuild:BatchGetProjects",
            "codebuild:ListBuildsForProject",
            "codebuild:RetryBuildBatch",
            "codebuild:StartBuild"),
        allow(
            "RetryStages",
            List.of(pipelines),
            "codepipeline:GetPipeline",
            "codepipeline:GetPipelineState",
            "codepipeline:RetryStageExecution"));
    if (projectUpdates != ProjectUpdateMode.OFF) {
      grant(grantee, allow("UpdateProjects", projects, "codebuild:UpdateProject"));
    }
  }
}
