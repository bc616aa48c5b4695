package io.pullrescue.workload.codebuild;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codebuild.model.WebhookFilterType;

/**
 * Projects on AWS CodeBuild; {@link UpdateProjectRequests} says how they are changed and given
 * back.
 */
public final class ProjectUpdater implements ProjectUpdaterPort {
  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> dockerHubVariables;

  /** Asks this client; the commands put into a project need these variables. */
  public ProjectUpdater(CodeBuildClient codeBuild, List<EnvironmentVariable> dockerHubVariables) {
    this.codeBuild = codeBuild;
    this.dockerHubVariables = List.copyOf(dockerHubVariables);
  }

  @Override
  public Optional<ProjectInfo> findProject(String name) {
    return describe(name)
        .map(project -> new ProjectInfo(name, isOptedOut(project), isRunner(project)));
  }

  @Override
  public void update(ProjectUpdate update) {
    var project = describe(update.projectName()).orElseThrow();
    codeBuild.updateProject(
        UpdateProjectRequests.updateRequest(project, update, dockerHubVariables));
  }

  @Override
  public boolean restore(String name) {
    var request = describe(name).flatMap(UpdateProjectRequests::restoreRequest);
    request.ifPresent(codeBuild::updateProject);
    return request.isPresent();
  }

  private Optional<software.amazon.awssdk.services.codebuild.model.Project> describe(String name) {
    return codeBuild.batchGetProjects(request -> request.names(name)).projects().stream()
        .findFirst();
  }

  private static boolean isOptedOut(
      software.amazon.awssdk.services.codebuild.model.Project project) {
    return project.tags().stream()
        .anyMatch(tag -> tag.key().equals("pull-rescue") && tag.value().equals("off"));
  }

  /** A runner project is one whose webhook listens for queued jobs. */
  private static boolean isRunner(software.amazon.awssdk.services.codebuild.model.Project project) {
    return project.webhook() != null
        && project.webhook().filterGroups().stream()
            .flatMap(group -> group.stream())
            .anyMatch(ProjectUpdater::isQueuedJob);
  }

  private static boolean isQueuedJob(WebhookFilter filter) {
    return filter.type() == WebhookFilterType.EVENT
        && filter.pattern() != null
        && filter.pattern().contains("WORKFLOW_JOB_QUEUED");
  }
}
