package io.pullrescue.aws;

import io.pullrescue.retry.Project;
import io.pullrescue.retry.ProjectChange;
import io.pullrescue.retry.Projects;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codebuild.model.WebhookFilterType;

/** Projects on AWS CodeBuild; {@link ProjectUpdate} says how they are changed and given back. */
public final class CodeBuildProjects implements Projects {
  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> logins;

  /** Asks this client; the commands put into a project need these variables. */
  public CodeBuildProjects(CodeBuildClient codeBuild, List<EnvironmentVariable> logins) {
    this.codeBuild = codeBuild;
    this.logins = List.copyOf(logins);
  }

  @Override
  public Optional<Project> project(String name) {
    return described(name).map(it -> new Project(name, isSwitchedOff(it), isRunner(it)));
  }

  @Override
  public void change(ProjectChange change) {
    var project = described(change.project()).orElseThrow();
    codeBuild.updateProject(ProjectUpdate.change(project, change, logins));
  }

  @Override
  public boolean undo(String name) {
    var undo = described(name).flatMap(ProjectUpdate::undo);
    undo.ifPresent(codeBuild::updateProject);
    return undo.isPresent();
  }

  private Optional<software.amazon.awssdk.services.codebuild.model.Project> described(String name) {
    return codeBuild.batchGetProjects(request -> request.names(name)).projects().stream()
        .findFirst();
  }

  private static boolean isSwitchedOff(
      software.amazon.awssdk.services.codebuild.model.Project project) {
    return project.tags().stream()
        .anyMatch(tag -> tag.key().equals("pull-rescue") && tag.value().equals("off"));
  }

  /** A runner project is one whose webhook listens for queued jobs. */
  private static boolean isRunner(software.amazon.awssdk.services.codebuild.model.Project project) {
    return project.webhook() != null
        && project.webhook().filterGroups().stream()
            .flatMap(group -> group.stream())
            .anyMatch(CodeBuildProjects::isQueuedJob);
  }

  private static boolean isQueuedJob(WebhookFilter filter) {
    return filter.type() == WebhookFilterType.EVENT
        && filter.pattern() != null
        && filter.pattern().contains("WORKFLOW_JOB_QUEUED");
  }
}
