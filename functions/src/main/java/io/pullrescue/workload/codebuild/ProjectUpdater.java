package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;

/**
 * Updates projects to use mirrored images, and restores them (UpdateProject).
 *
 * <p>The project itself stores what it had before, in environment variables: {@code
 * PULL_RESCUE_ORIGINAL_IMAGE} is the type of credentials and the image, {@code
 * PULL_RESCUE_ORIGINAL_BUILDSPEC} is the location of the buildspec, {@code default} for the path
 * that CodeBuild uses if none is configured, or {@code inline} if removing the substitution command
 * from the text restores it.
 */
public final class ProjectUpdater {
  private static final String VARIABLE_PREFIX = "PULL_RESCUE_";
  private static final String ORIGINAL_IMAGE = VARIABLE_PREFIX + "ORIGINAL_IMAGE";
  private static final String ORIGINAL_BUILDSPEC = VARIABLE_PREFIX + "ORIGINAL_BUILDSPEC";
  private static final String DEFAULT_PATH = "default";
  private static final String INLINE = "inline";

  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> dockerHubVariables;

  /**
   * Creates an updater.
   *
   * @param dockerHubVariables the Docker Hub credentials for edited buildspecs; empty if the image
   *     substitution needs none
   */
  public ProjectUpdater(CodeBuildClient codeBuild, List<EnvironmentVariable> dockerHubVariables) {
    this.codeBuild = codeBuild;
    this.dockerHubVariables = List.copyOf(dockerHubVariables);
  }

  /** Updates a project; repeating the same update has no further effect. */
  void update(Project project, ProjectUpdate update) {
    codeBuild.updateProject(updateRequest(project, update, dockerHubVariables));
  }

  /** Restores a project; returns false if it contains no update, or does not exist. */
  boolean restore(String name) {
    var request =
        codeBuild.batchGetProjects(projects -> projects.names(name)).projects().stream()
            .findFirst()
            .flatMap(ProjectUpdater::restoreRequest);
    request.ifPresent(codeBuild::updateProject);
    return request.isPresent();
  }

  static UpdateProjectRequest updateRequest(
      Project project, ProjectUpdate update, List<EnvironmentVariable> dockerHubVariables) {
    var request = UpdateProjectRequest.builder().name(project.name());
    var variables = new ArrayList<>(project.environment().environmentVariables());
    var stateVariables = update.retryState().environmentVariables();
    variables.removeIf(variable -> stateVariables.containsKey(variable.name()));
    variables.addAll(StartBuildOverrides.plaintextVariables(stateVariables));
    if (update.buildspec() != null) {
      recordOriginal(variables, ORIGINAL_BUILDSPEC, originalBuildspec(project.source()));
      variables.removeAll(dockerHubVariables);
      variables.addAll(dockerHubVariables);
      request.source(project.source().toBuilder().buildspec(update.buildspec()).build());
    }
    return request
        .environment(updatedEnvironment(project, update.environmentImage(), variables))
        .build();
  }

  private static ProjectEnvironment updatedEnvironment(
      Project project, @Nullable ImageReference image, List<EnvironmentVariable> variables) {
    var environment = project.environment().toBuilder();
    if (image != null) {
      var used = project.environment();
      recordOriginal(
          variables, ORIGINAL_IMAGE, used.imagePullCredentialsTypeAsString() + " " + used.image());
      environment
          .image(image.toString())
          .imagePullCredentialsType(ImagePullCredentialsType.CODEBUILD);
    }
    return environment.environmentVariables(variables).build();
  }

  /** Keeps an existing record: what a second update replaces is the first one. */
  private static void recordOriginal(
      List<EnvironmentVariable> variables, String name, String value) {
    if (variableValue(variables, name).isEmpty()) {
      variables.add(StartBuildOverrides.plaintextVariable(name, value));
    }
  }

  private static String originalBuildspec(ProjectSource source) {
    var buildspec = source.buildspec();
    if (buildspec == null || buildspec.isBlank()) {
      return DEFAULT_PATH;
    }
    return Buildspec.isInline(buildspec) ? INLINE : buildspec;
  }

  /** Returns the request that restores a project; empty if the project contains no update. */
  static Optional<UpdateProjectRequest> restoreRequest(Project project) {
    var variables = project.environment().environmentVariables();
    var remaining =
        variables.stream()
            .filter(variable -> !variable.name().startsWith(VARIABLE_PREFIX))
            .toList();
    if (remaining.size() == variables.size()) {
      return Optional.empty();
    }
    var request = UpdateProjectRequest.builder().name(project.name());
    var environment = project.environment().toBuilder().environmentVariables(remaining);
    variableValue(variables, ORIGINAL_IMAGE)
        .map(value -> value.split(" ", 2))
        .ifPresent(values -> environment.imagePullCredentialsType(values[0]).image(values[1]));
    variableValue(variables, ORIGINAL_BUILDSPEC)
        .ifPresent(original -> request.source(restoredSource(project.source(), original)));
    return Optional.of(request.environment(environment.build()).build());
  }

  private static ProjectSource restoredSource(ProjectSource source, String original) {
    var buildspec =
        switch (original) {
          case DEFAULT_PATH -> "";
          case INLINE -> Buildspec.removeSubstitution(source.buildspec());
          default -> original;
        };
    return source.toBuilder().buildspec(buildspec).build();
  }

  private static Optional<String> variableValue(List<EnvironmentVariable> variables, String name) {
    return variables.stream()
        .filter(variable -> variable.name().equals(name))
        .map(EnvironmentVariable::value)
        .findFirst();
  }
}
