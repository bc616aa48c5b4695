package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.RescuedBuildspec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;

/**
 * Puts a copy into a project, and takes it out again.
 *
 * <p>The project keeps the record itself, in environment variables: {@code
 * PULL_RESCUE_IMAGE_BEFORE} is the type of credentials and the image, {@code
 * PULL_RESCUE_BUILDSPEC_BEFORE} the path of the buildspec, {@code usual} for CodeBuild's own choice
 * of a path, or {@code inline} where taking our command out of the text gives the text back.
 */
final class UpdateProjectRequests {
  private static final String VARIABLE_PREFIX = "PULL_RESCUE_";
  private static final String ORIGINAL_IMAGE = VARIABLE_PREFIX + "IMAGE_BEFORE";
  private static final String ORIGINAL_BUILDSPEC = VARIABLE_PREFIX + "BUILDSPEC_BEFORE";
  private static final String DEFAULT_PATH = "usual";
  private static final String INLINE = "inline";

  private UpdateProjectRequests() {}

  /** The request that puts the change into the project. */
  static UpdateProjectRequest updateRequest(
      Project project, ProjectUpdate update, List<EnvironmentVariable> dockerHubVariables) {
    var request = UpdateProjectRequest.builder().name(project.name());
    var variables = new ArrayList<>(project.environment().environmentVariables());
    variables.removeIf(environmentVariable ->
        update.retryState().environmentVariables().containsKey(environmentVariable.name()));
    variables.addAll(PlainText.variables(update.retryState().environmentVariables()));
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

  /** The first record stays: what a later change replaces is our own. */
  private static void recordOriginal(
      List<EnvironmentVariable> variables, String name, String value) {
    if (variableValue(variables, name).isEmpty()) {
      variables.add(PlainText.variable(name, value));
    }
  }

  private static String originalBuildspec(ProjectSource source) {
    var buildspec = source.buildspec();
    if (buildspec == null || buildspec.isBlank()) {
      return DEFAULT_PATH;
    }
    return RescuedBuildspec.isInline(buildspec) ? INLINE : buildspec;
  }

  /** The request that gives the project back what it said; empty where nothing of ours is in it. */
  static Optional<UpdateProjectRequest> restoreRequest(Project project) {
    var variables = project.environment().environmentVariables();
    var remaining =
        variables.stream()
            .filter(environmentVariable -> !environmentVariable.name().startsWith(VARIABLE_PREFIX))
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
        .ifPresent(candidate -> request.source(restoredSource(project.source(), candidate)));
    return Optional.of(request.environment(environment.build()).build());
  }

  private static ProjectSource restoredSource(ProjectSource source, String original) {
    var buildspec =
        switch (original) {
          case DEFAULT_PATH -> "";
          case INLINE -> RescuedBuildspec.removeSubstitution(source.buildspec());
          default -> original;
        };
    return source.toBuilder().buildspec(buildspec).build();
  }

  private static Optional<String> variableValue(List<EnvironmentVariable> variables, String name) {
    return variables.stream()
        .filter(environmentVariable -> environmentVariable.name().equals(name))
        .map(EnvironmentVariable::value)
        .findFirst();
  }
}
