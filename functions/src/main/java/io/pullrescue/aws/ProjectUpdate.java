package io.pullrescue.aws;

import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.ProjectChange;
import io.pullrescue.retry.RescuedBuildspec;
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
final class ProjectUpdate {
  private static final String OURS = "PULL_RESCUE_";
  private static final String IMAGE = OURS + "IMAGE_BEFORE";
  private static final String BUILDSPEC = OURS + "BUILDSPEC_BEFORE";
  private static final String USUAL = "usual";
  private static final String INLINE = "inline";

  private ProjectUpdate() {}

  /** The request that puts the change into the project. */
  static UpdateProjectRequest change(
      Project project, ProjectChange change, List<EnvironmentVariable> logins) {
    var request = UpdateProjectRequest.builder().name(project.name());
    var variables = new ArrayList<>(project.environment().environmentVariables());
    variables.removeIf(it -> change.chain().variables().containsKey(it.name()));
    variables.addAll(PlainText.variables(change.chain().variables()));
    if (change.buildspec() != null) {
      remember(variables, BUILDSPEC, place(project.source()));
      variables.removeAll(logins);
      variables.addAll(logins);
      request.source(project.source().toBuilder().buildspec(change.buildspec()).build());
    }
    return request.environment(environment(project, change.environmentImage(), variables)).build();
  }

  private static ProjectEnvironment environment(
      Project project, @Nullable ImageReference image, List<EnvironmentVariable> variables) {
    var environment = project.environment().toBuilder();
    if (image != null) {
      var used = project.environment();
      remember(variables, IMAGE, used.imagePullCredentialsTypeAsString() + " " + used.image());
      environment
          .image(image.toString())
          .imagePullCredentialsType(ImagePullCredentialsType.CODEBUILD);
    }
    return environment.environmentVariables(variables).build();
  }

  /** The first record stays: what a later change replaces is our own. */
  private static void remember(List<EnvironmentVariable> variables, String name, String value) {
    if (value(variables, name).isEmpty()) {
      variables.add(PlainText.variable(name, value));
    }
  }

  private static String place(ProjectSource source) {
    var told = source.buildspec();
    if (told == null || told.isBlank()) {
      return USUAL;
    }
    return RescuedBuildspec.isText(told) ? INLINE : told;
  }

  /** The request that gives the project back what it said; empty where nothing of ours is in it. */
  static Optional<UpdateProjectRequest> undo(Project project) {
    var variables = project.environment().environmentVariables();
    var others = variables.stream().filter(it -> !it.name().startsWith(OURS)).toList();
    if (others.size() == variables.size()) {
      return Optional.empty();
    }
    var request = UpdateProjectRequest.builder().name(project.name());
    var environment = project.environment().toBuilder().environmentVariables(others);
    value(variables, IMAGE)
        .map(it -> it.split(" ", 2))
        .ifPresent(it -> environment.imagePullCredentialsType(it[0]).image(it[1]));
    value(variables, BUILDSPEC).ifPresent(it -> request.source(source(project.source(), it)));
    return Optional.of(request.environment(environment.build()).build());
  }

  private static ProjectSource source(ProjectSource source, String before) {
    var buildspec =
        switch (before) {
          case USUAL -> "";
          case INLINE -> RescuedBuildspec.removedFrom(source.buildspec());
          default -> before;
        };
    return source.toBuilder().buildspec(buildspec).build();
  }

  private static Optional<String> value(List<EnvironmentVariable> variables, String name) {
    return variables.stream()
        .filter(it -> it.name().equals(name))
        .map(EnvironmentVariable::value)
        .findFirst();
  }
}
