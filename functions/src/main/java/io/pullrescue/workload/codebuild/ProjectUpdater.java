package io.pullrescue.workload.codebuild;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.aws.UnknownMembers;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
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
 * from the text restores it. {@code PULL_RESCUE_UPDATED_IMAGE} and {@code
 * PULL_RESCUE_UPDATED_BUILDSPEC}, a digest, are what the update has put there: anything else was
 * put there by somebody since.
 *
 * <p>UpdateProject replaces {@code environment} and {@code source} entirely, so that the project is
 * read again immediately before. The API has no condition by which an update in between would be
 * detected.
 *
 * <p>The request names no service role. The service authorization reference lists no dependent
 * action of UpdateProject, while CodeBuild's user guide names {@code iam:PassRole} on the role of
 * the project beside it. The permission is granted for the roles in {@code passRoles} only: who may
 * pass a role to CodeBuild can start builds with it. If it is required for another role, the update
 * is denied, and the report names the role.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html">UpdateProject</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html">Actions
 *     of CodeBuild</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html">Permissions
 *     reference</a>
 */
public final class ProjectUpdater {
  private static final String VARIABLE_PREFIX = "PULL_RESCUE_";
  private static final String ORIGINAL_IMAGE = VARIABLE_PREFIX + "ORIGINAL_IMAGE";
  private static final String ORIGINAL_BUILDSPEC = VARIABLE_PREFIX + "ORIGINAL_BUILDSPEC";
  private static final String UPDATED_IMAGE = VARIABLE_PREFIX + "UPDATED_IMAGE";
  private static final String UPDATED_BUILDSPEC = VARIABLE_PREFIX + "UPDATED_BUILDSPEC";
  private static final String DEFAULT_PATH = "default";
  private static final String INLINE = "inline";

  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> dockerHubVariables;

  /** The outcome of an update. */
  sealed interface UpdateResult {
    /** The project has the change. */
    record Updated() implements UpdateResult {}

    /** The project is no longer what the update was planned for, and was not changed. */
    record ChangedMeanwhile() implements UpdateResult {}

    /** The project must not be changed by pull-rescue. */
    record Denied(String reason) implements UpdateResult {}
  }

  /**
   * The outcome of restoring a project.
   *
   * @param isRestored whether the change was taken out of the project
   * @param note what people should know about it; null if there is nothing
   */
  public record Restoration(boolean isRestored, @Nullable String note) {
    private static final Restoration NOTHING_TO_RESTORE = new Restoration(false, null);
  }

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

  /**
   * Updates a project; repeating the same update has no further effect.
   *
   * @param planned the project as it was when the update was planned
   */
  UpdateResult update(Project planned, ProjectUpdate update) {
    var unknownMembers = new UnknownMembers();
    var project =
        find(planned.name(), unknownMembers).filter(current -> hasSameSettings(current, planned));
    if (project.isEmpty()) {
      return new UpdateResult.ChangedMeanwhile();
    }
    var lost = lostMembers(unknownMembers);
    if (lost.isPresent()) {
      return new UpdateResult.Denied(
          "its project cannot be changed (" + lost.get() + "); set `projectUpdates` to `off`");
    }
    try {
      codeBuild.updateProject(updateRequest(project.get(), update, dockerHubVariables));
      return new UpdateResult.Updated();
    } catch (CodeBuildException rejected) {
      return new UpdateResult.Denied(
          "its project cannot be changed ("
              + describe(rejected)
              + "); "
              + (asksForRole(rejected)
                  ? "add its role " + roleName(project.get()) + " to `passRoles`"
                  : "allow it")
              + ", or set `projectUpdates` to `off`");
    }
  }

  /** Adds the reason to an error code that says little without it. */
  private static String describe(CodeBuildException error) {
    var code = AwsErrors.describe(error);
    var message = error.awsErrorDetails().errorMessage();
    return message == null ? code : code + ": " + TextSanitizer.sanitize(message);
  }

  /** Returns whether an update was denied because of the role of the project. */
  private static boolean asksForRole(CodeBuildException error) {
    var message = error.awsErrorDetails().errorMessage();
    return message != null && message.contains("iam:PassRole");
  }

  private static String roleName(Project project) {
    var role = Objects.requireNonNullElse(project.serviceRole(), "");
    return TextSanitizer.sanitize(role.replaceFirst("^arn:.*?:role/", ""));
  }

  private static boolean hasSameSettings(Project current, Project planned) {
    return current.environment().equals(planned.environment())
        && current.source().equals(planned.source())
        && Objects.equals(current.sourceVersion(), planned.sourceVersion());
  }

  private Optional<Project> find(String name, UnknownMembers unknownMembers) {
    var request =
        BatchGetProjectsRequest.builder()
            .names(name)
            .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin()))
            .build();
    return codeBuild.batchGetProjects(request).projects().stream().findFirst();
  }

  /** Describes settings that UpdateProject would delete, because it replaces what contains them. */
  private static Optional<String> lostMembers(UnknownMembers unknownMembers) {
    var lost =
        unknownMembers.paths().stream()
            .filter(path ->
                path.startsWith("projects.environment.") || path.startsWith("projects.source."))
            .map(path -> path.substring("projects.".length()))
            .collect(Collectors.joining(", "));
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it would lose settings that this version does not know: "
                + TextSanitizer.sanitize(lost));
  }

  /** Restores a project, except what somebody has changed since. */
  public Restoration restore(String name) {
    var unknownMembers = new UnknownMembers();
    var project = find(name, unknownMembers).filter(ProjectUpdater::isUpdated);
    if (project.isEmpty()) {
      return Restoration.NOTHING_TO_RESTORE;
    }
    var lost = lostMembers(unknownMembers);
    if (lost.isPresent()) {
      return stillUpdated(lost.get());
    }
    try {
      codeBuild.updateProject(restoreRequest(project.get()).orElseThrow());
    } catch (CodeBuildException rejected) {
      return stillUpdated(describe(rejected));
    }
    return new Restoration(true, laterChanges(project.get()).orElse(null));
  }

  /** Returns what restoring a project would need, without changing it. */
  Restoration checkUpdate(String name) {
    return find(name, new UnknownMembers()).filter(ProjectUpdater::isUpdated).isPresent()
        ? stillUpdated("`projectUpdates` is `off`")
        : Restoration.NOTHING_TO_RESTORE;
  }

  private static Restoration stillUpdated(String reason) {
    return new Restoration(
        false,
        "its project still contains the change by pull-rescue, which cannot be taken out ("
            + reason
            + "): run `scripts/restore-projects`");
  }

  /** Keeps a record of what was before an earlier update, unless somebody has changed it since. */
  static UpdateProjectRequest updateRequest(
      Project project, ProjectUpdate update, List<EnvironmentVariable> dockerHubVariables) {
    var request = UpdateProjectRequest.builder().name(project.name());
    var variables = new ArrayList<>(project.environment().environmentVariables());
    replace(variables, update.retryState().environmentVariables());
    if (update.buildspec() != null) {
      if (recordedLocation(project).isEmpty() || !hasOurBuildspec(project)) {
        replace(variables, Map.of(ORIGINAL_BUILDSPEC, locationOf(project.source())));
      }
      replace(variables, Map.of(UPDATED_BUILDSPEC, digest(update.buildspec())));
      variables.removeAll(dockerHubVariables);
      variables.addAll(dockerHubVariables);
      request.source(project.source().toBuilder().buildspec(update.buildspec()).build());
    }
    return request
        .environment(updatedEnvironment(project, update.environmentImage(), variables))
        .build();
  }

  private static void replace(List<EnvironmentVariable> variables, Map<String, String> values) {
    variables.removeIf(variable -> values.containsKey(variable.name()));
    variables.addAll(StartBuildOverrides.plaintextVariables(values));
  }

  private static ProjectEnvironment updatedEnvironment(
      Project project, @Nullable ImageReference image, List<EnvironmentVariable> variables) {
    var environment = project.environment().toBuilder();
    if (image != null) {
      if (recordedImage(project).isEmpty() || !hasMirroredImage(project)) {
        var used = project.environment();
        replace(
            variables,
            Map.of(ORIGINAL_IMAGE, used.imagePullCredentialsTypeAsString() + " " + used.image()));
      }
      replace(variables, Map.of(UPDATED_IMAGE, image.toString()));
      environment
          .image(image.toString())
          .imagePullCredentialsType(ImagePullCredentialsType.CODEBUILD);
    }
    return environment.environmentVariables(variables).build();
  }

  private static String locationOf(ProjectSource source) {
    var buildspec = source.buildspec();
    if (buildspec == null || buildspec.isBlank()) {
      return DEFAULT_PATH;
    }
    return Buildspec.isInline(buildspec) ? INLINE : buildspec;
  }

  private static boolean isUpdated(Project project) {
    return project.environment().environmentVariables().stream()
        .anyMatch(ProjectUpdater::isOurVariable);
  }

  private static boolean isOurVariable(EnvironmentVariable variable) {
    return variable.name().startsWith(VARIABLE_PREFIX);
  }

  /** Returns the request that restores a project; empty if the project contains no update. */
  public static Optional<UpdateProjectRequest> restoreRequest(Project project) {
    if (!isUpdated(project)) {
      return Optional.empty();
    }
    var request =
        UpdateProjectRequest.builder()
            .name(project.name())
            .environment(originalEnvironment(project));
    var source = originalSource(project);
    if (!source.equals(project.source())) {
      request.source(source);
    }
    return Optional.of(request.build());
  }

  /**
   * Returns the environment without the update. An image that is no longer the mirrored one was set
   * by somebody since, and stays.
   */
  static ProjectEnvironment originalEnvironment(Project project) {
    var environment = project.environment();
    var original =
        environment.toBuilder()
            .environmentVariables(
                environment.environmentVariables().stream()
                    .filter(variable -> !isOurVariable(variable))
                    .toList());
    recordedImage(project)
        .filter(_ -> hasMirroredImage(project))
        .ifPresent(recorded -> original.imagePullCredentialsType(recorded[0]).image(recorded[1]));
    return original.build();
  }

  private static Optional<String[]> recordedImage(Project project) {
    return variableValue(project.environment().environmentVariables(), ORIGINAL_IMAGE)
        .map(value -> value.split(" ", 2))
        .filter(values -> values.length == 2);
  }

  private static boolean hasMirroredImage(Project project) {
    return variableValue(project.environment().environmentVariables(), UPDATED_IMAGE)
        .filter(project.environment().image()::equals)
        .isPresent();
  }

  /**
   * Returns the source without the update. A text that is no longer the one that replaced a
   * location stays, without the substitution command.
   */
  static ProjectSource originalSource(Project project) {
    var source = project.source();
    return recordedLocation(project)
        .map(location -> {
          if (location.equals(INLINE) || !hasOurBuildspec(project)) {
            return Buildspec.removeSubstitution(source.buildspec());
          }
          return location.equals(DEFAULT_PATH) ? "" : location;
        })
        .map(buildspec -> source.toBuilder().buildspec(buildspec).build())
        .orElse(source);
  }

  private static Optional<String> recordedLocation(Project project) {
    return variableValue(project.environment().environmentVariables(), ORIGINAL_BUILDSPEC)
        .filter(_ -> project.source().buildspec() != null);
  }

  private static boolean hasOurBuildspec(Project project) {
    return variableValue(project.environment().environmentVariables(), UPDATED_BUILDSPEC)
        .filter(digest(project.source().buildspec())::equals)
        .isPresent();
  }

  /** It is not known whether CodeBuild keeps line breaks and the blanks around the text. */
  private static String digest(String buildspec) {
    return Digest.of(buildspec.replace("\r\n", "\n").strip().getBytes(StandardCharsets.UTF_8))
        .hex();
  }

  /** Describes what somebody has changed in a project since it was updated. */
  public static Optional<String> laterChanges(Project project) {
    var changed = new ArrayList<String>();
    if (recordedImage(project).isPresent() && !hasMirroredImage(project)) {
      changed.add("image");
    }
    if (recordedLocation(project).isPresent() && !hasOurBuildspec(project)) {
      changed.add("buildspec");
    }
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "somebody has changed its " + String.join(" and ", changed) + " since, which was kept");
  }

  private static Optional<String> variableValue(List<EnvironmentVariable> variables, String name) {
    return variables.stream()
        .filter(variable -> variable.name().equals(name))
        .map(EnvironmentVariable::value)
        .findFirst();
  }
}
