package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.allowOptedIn;
import static io.pullrescue.infra.iam.Statements.allowUnlessOptedOut;
import static io.pullrescue.infra.iam.Statements.arn;
import static io.pullrescue.infra.iam.Statements.grant;
import static io.pullrescue.infra.iam.Statements.objectsIn;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

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
   * repositories that have not opted out, and objects in the configured buckets.
   */
  public void grantReadSources(IGrantable grantee, List<String> sourceBuckets) {
    var repositories = arn(stack, "codecommit", "*", ArnFormat.NO_RESOURCE_NAME, null);
    grant(
        grantee,
        allowUnlessOptedOut("ReadRepositories", List.of(repositories), "codecommit:GetFile"),
        allow(
            "ReadSources", objectsIn(stack, sourceBuckets), "s3:GetObject", "s3:GetObjectVersion"));
  }

  /**
   * Grants starting builds, and retrying the failed part of pipelines and build batches. The tag of
   * a project or pipeline is a condition of the permission as well; it is documented for pipelines
   * and for stages. A pipeline that has opted out cannot be read either, so that its retry is
   * skipped before anything has changed.
   *
   * <p>CodeBuild's user guide demands to pass the role of a project that is updated. Who may pass a
   * role to CodeBuild can start builds with it, so that only the configured roles may be passed.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html">Permissions
   *     of UpdateProject</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-using-tags.html">Tags
   *     of CodeBuild projects</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html">Condition
   *     keys of CodePipeline</a>
   */
  public void grantRetry(IGrantable grantee, RetryConfig config) {
    var selection = config.projects();
    var pipelines = arn(stack, "codepipeline", "*", ArnFormat.NO_RESOURCE_NAME, null);
    grant(
        grantee,
        allow(
            "ReadProjects",
            projects,
            "codebuild:BatchGetBuildBatches",
            "codebuild:BatchGetProjects",
            "codebuild:ListBuildsForProject"),
        without(
            allowOnSelected(
                selection, "StartBuilds", "codebuild:RetryBuildBatch", "codebuild:StartBuild"),
            "codebuild:serviceRole",
            "codebuild:environment.registryCredential",
            "codebuild:artifacts.location",
            "codebuild:secondaryArtifacts.location"),
        allowUnlessOptedOut(
            "RetryStages",
            List.of(pipelines),
            "codepipeline:GetPipeline",
            "codepipeline:GetPipelineState",
            "codepipeline:RetryStageExecution"));
    if (config.projectUpdates() != ProjectUpdateMode.OFF) {
      grant(
          grantee,
          updateProjects(selection),
          Statements.passRoles(
              stack, "PassRolesToProjects", config.passRoles(), "codebuild.amazonaws.com"));
    }
  }

  /**
   * Grants simulating the policies of roles, which tells whether builds may pull from the mirror.
   * It shows what roles may do and changes nothing. The simulation of a role needs no other
   * permission.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html#permissions-required_policy-simulator-api">Permissions
   *     for the API of the policy simulator</a>
   */
  public void grantCheckRoles(IGrantable grantee) {
    var roles =
        stack.formatArn(
            ArnComponents.builder()
                .service("iam")
                .region("")
                .resource("role")
                .resourceName("*")
                .build());
    grant(grantee, allow("CheckRoles", List.of(roles), "iam:SimulatePrincipalPolicy"));
  }

  /**
   * An update sets environment and source only. Tags would change who may do what with the project.
   */
  private PolicyStatement updateProjects(ProjectSelection selection) {
    return without(
        allowOnSelected(selection, "UpdateProjects", "codebuild:UpdateProject"),
        "aws:TagKeys",
        "codebuild:serviceRole",
        "codebuild:artifacts",
        "codebuild:secondaryArtifacts",
        "codebuild:secondarySources",
        "codebuild:vpcConfig",
        "codebuild:logsConfig",
        "codebuild:cache",
        "codebuild:buildBatchConfig",
        "codebuild:encryptionKey",
        "codebuild:fileSystemLocations.identifier");
  }

  /**
   * Allows only requests without these parameters.
   *
   * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html">
   *     Condition keys of CodeBuild</a>
   */
  private static PolicyStatement without(PolicyStatement statement, String... keys) {
    return Statements.withCondition(
        statement,
        "Null",
        // Sorted, so that the template stays the same.
        Arrays.stream(keys).collect(toMap(identity(), _ -> "true", (one, _) -> one, TreeMap::new)));
  }

  private PolicyStatement allowOnSelected(
      ProjectSelection selection, String sid, String... actions) {
    return selection == ProjectSelection.TAGGED
        ? allowOptedIn(sid, projects, actions)
        : allowUnlessOptedOut(sid, projects, actions);
  }
}
