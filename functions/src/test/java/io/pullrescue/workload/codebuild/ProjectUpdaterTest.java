package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.ProjectUpdater.Restoration;
import io.pullrescue.workload.codebuild.ProjectUpdater.UpdateResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;

final class ProjectUpdaterTest {
  private static final MirrorNaming MIRROR =
      new MirrorNaming(
          "123456789012.dkr.ecr.us-east-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final MirroredImage MIRRORED_IMAGE =
      new MirroredImage(
          RUBY,
          MIRROR.mirrorReference(RUBY).orElseThrow(),
          Digest.of("x".getBytes(StandardCharsets.UTF_8)));
  private static final RetryState FIRST_RETRY =
      new RetryState("shop:first", 1, List.of(MIRRORED_IMAGE));
  private static final String INLINE_BUILDSPEC =
      """
      version: 0.2
      phases:
        build:
          commands:
            - ": pull-rescue\\ndocker pull"
            - make
      """;

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();
  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final ProjectUpdater updater = new ProjectUpdater(codeBuild, List.of());

  @Test
  void setsMirrorImageWithCodeBuildCredentials() {
    var change = ProjectUpdater.updateRequest(project("buildspec.yml"), imageUpdate(), List.of());

    assertThat(change.environment().image()).isEqualTo(MIRRORED_IMAGE.mirrorReference().toString());
    assertThat(change.environment().imagePullCredentialsType())
        .isEqualTo(ImagePullCredentialsType.CODEBUILD);
    assertThat(change.source()).isNull();
    assertThat(change.environment().environmentVariables())
        .extracting(
            environmentVariable -> environmentVariable.name() + "=" + environmentVariable.value())
        .startsWith(
            "STAGE=test", "PULL_RESCUE_ORIGINAL_BUILD_ID=shop:first", "PULL_RESCUE_ATTEMPT=1")
        .contains("PULL_RESCUE_ORIGINAL_IMAGE=SERVICE_ROLE ruby:2.7");
  }

  @Test
  void restoresEnvironmentImage() {
    var project = project("buildspec.yml");

    assertThat(restoredEnvironment(project, imageUpdate())).isEqualTo(project.environment());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"ci/buildspec.yml", "arn:aws:s3:::specs/shop.yml"})
  void restoresBuildspecLocation(@Nullable String location) {
    var project = project(location);
    var changed =
        apply(
            project,
            ProjectUpdater.updateRequest(project, buildspecUpdate(INLINE_BUILDSPEC), List.of()));

    assertThat(changed.source().buildspec()).isEqualTo(INLINE_BUILDSPEC);
    assertThat(changed.environment().environmentVariables())
        .extracting(variable -> variable.name() + "=" + variable.value())
        .contains("PULL_RESCUE_ORIGINAL_BUILDSPEC=" + (location == null ? "default" : location));
    var restored = ProjectUpdater.restoreRequest(changed).orElseThrow();
    assertThat(restored.source().buildspec()).isEqualTo(location == null ? "" : location);
    assertThat(restored.environment()).isEqualTo(project.environment());
  }

  @Test
  void removesCommandFromInlineBuildspec() {
    var project = project(INLINE_BUILDSPEC.replaceFirst("- .*\n *", ""));
    var changed =
        apply(
            project,
            ProjectUpdater.updateRequest(project, buildspecUpdate(INLINE_BUILDSPEC), List.of()));

    assertThat(ProjectUpdater.restoreRequest(changed).orElseThrow().source())
        .isEqualTo(project.source());
  }

  @Test
  void secondUpdateKeepsOriginalValues() {
    var project = project("buildspec.yml");
    var once =
        apply(
            project,
            ProjectUpdater.updateRequest(project, buildspecUpdate(INLINE_BUILDSPEC), List.of()));
    var second = new RetryState("shop:first", 2, List.of(MIRRORED_IMAGE));

    var twice =
        apply(
            once,
            ProjectUpdater.updateRequest(
                once, new ProjectUpdate(second, null, INLINE_BUILDSPEC), List.of()));

    assertThat(twice.environment().environmentVariables())
        .extracting(
            environmentVariable -> environmentVariable.name() + "=" + environmentVariable.value())
        .containsOnlyOnce("PULL_RESCUE_ATTEMPT=2")
        .doesNotContain("PULL_RESCUE_ATTEMPT=1")
        .contains("PULL_RESCUE_ORIGINAL_BUILDSPEC=buildspec.yml");
    assertThat(ProjectUpdater.restoreRequest(twice).orElseThrow().source())
        .isEqualTo(project.source());
  }

  @Test
  void restoreKeepsImageThatSomebodyHasSet() {
    var changed = withImage(update(project("buildspec.yml"), imageUpdate()), "ruby:3.3");

    var restored = ProjectUpdater.restoreRequest(changed).orElseThrow();

    assertThat(restored.environment().image()).isEqualTo("ruby:3.3");
    assertThat(restored.environment().environmentVariables())
        .isEqualTo(project("buildspec.yml").environment().environmentVariables());
    assertThat(restored.source()).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "ci/buildspec.yml")
  void restoreKeepsBuildspecThatSomebodyHasSet(@Nullable String location) {
    var changed = update(project(location), buildspecUpdate(INLINE_BUILDSPEC));

    var moved = withBuildspec(changed, "release/buildspec.yml");
    assertThat(ProjectUpdater.restoreRequest(moved).orElseThrow().source()).isNull();
    var edited = withBuildspec(changed, INLINE_BUILDSPEC + "    post_build:\n");
    assertThat(ProjectUpdater.restoreRequest(edited).orElseThrow().source().buildspec())
        .doesNotContain("pull-rescue")
        .contains("make", "post_build");
  }

  @Test
  void restoresBuildspecWhoseLineBreaksHaveChanged() {
    var changed = update(project("ci/buildspec.yml"), buildspecUpdate(INLINE_BUILDSPEC));
    var normalized = withBuildspec(changed, INLINE_BUILDSPEC.strip().replace("\n", "\r\n"));

    assertThat(ProjectUpdater.restoreRequest(normalized).orElseThrow().source().buildspec())
        .isEqualTo("ci/buildspec.yml");
  }

  @Test
  void laterUpdateRecordsImageThatSomebodyHasSet() {
    var changed = withImage(update(project("buildspec.yml"), imageUpdate()), "ruby:3.3");

    var restored = ProjectUpdater.restoreRequest(update(changed, imageUpdate())).orElseThrow();

    assertThat(restored.environment().image()).isEqualTo("ruby:3.3");
  }

  @Test
  void updateChangesNothingInProjectThatWasChangedMeanwhile() {
    var planned = codeBuild.project;
    codeBuild.project = withImage(planned, "ruby:3.3");

    assertThat(updater.update(planned, imageUpdate()))
        .isEqualTo(new UpdateResult.ChangedMeanwhile());
    assertThat(codeBuild.projectUpdates).isEmpty();
  }

  @Test
  void deniedUpdateIsExplained() {
    codeBuild.updateError = accessDenied();

    assertThat(updater.update(codeBuild.project, imageUpdate()))
        .isEqualTo(
            new UpdateResult.Denied(
                "its project cannot be changed (CodeBuild answers AccessDeniedException); allow it,"
                    + " or set `projectUpdates` to `off`"));
  }

  /**
   * CodeBuild's user guide demands {@code iam:PassRole} for UpdateProject.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html">
   *     Permissions reference</a>
   */
  @Test
  void updateThatNeedsRoleNamesRole() {
    codeBuild.updateError =
        CodeBuildException.builder()
            .statusCode(400)
            .awsErrorDetails(
                FakeCodeBuildClient.errorDetails(
                    "AccessDeniedException", "not authorized to perform: iam:PassRole"))
            .build();

    assertThat(updater.update(codeBuild.project, imageUpdate()))
        .isEqualTo(
            new UpdateResult.Denied(
                "its project cannot be changed (CodeBuild answers AccessDeniedException: not"
                    + " authorized to perform: iam:PassRole); add its role"
                    + " service-role/shop-builds to `passRoles`, or set `projectUpdates` to"
                    + " `off`"));
  }

  /** {@code hostKernel} is newer than the model of this SDK. */
  @Test
  void changesNoProjectWhoseSettingsWouldBeLost() {
    var answer =
        """
        {"projects": [{"name": "shop", "future": 1, "source": {"type": "NO_SOURCE"},
          "environment": {"image": "ruby:2.7", "hostKernel": {"version": "6.1"},
            "environmentVariables": [{"name": "PULL_RESCUE_ATTEMPT", "value": "1"}]}}]}
        """;
    aws.respondTo("BatchGetProjects", answer)
        .respondTo("BatchGetProjects", answer)
        .respondTo("BatchGetProjects", answer);
    var client = aws.client(CodeBuildClient.builder());
    var project = client.batchGetProjects(request -> request.names("shop")).projects().getFirst();
    var realUpdater = new ProjectUpdater(client, List.of());
    var lost = "(it would lose settings that this version does not know: environment.hostKernel)";

    assertThat(realUpdater.update(project, imageUpdate()))
        .isEqualTo(
            new UpdateResult.Denied(
                "its project cannot be changed " + lost + "; set `projectUpdates` to `off`"));
    assertThat(realUpdater.restore("shop"))
        .isEqualTo(
            new Restoration(
                false,
                "its project still contains the change by pull-rescue, which cannot be taken out "
                    + lost
                    + ": run `scripts/restore-projects`"));
    assertThat(aws.requests()).hasSize(3);
  }

  @Test
  void restoreReportsWhatSomebodyHasChanged() {
    codeBuild.project =
        withImage(
            withBuildspec(
                update(
                    codeBuild.project,
                    new ProjectUpdate(
                        FIRST_RETRY, MIRRORED_IMAGE.mirrorReference(), INLINE_BUILDSPEC)),
                "buildspec.yml"),
            "ruby:3.3");

    assertThat(updater.restore("shop"))
        .isEqualTo(
            new Restoration(
                true, "somebody has changed its image and buildspec since, which was kept"));
    assertThat(updater.restore("shop")).isEqualTo(new Restoration(false, null));
  }

  @Test
  void deniedRestoreIsExplained() {
    codeBuild.project = update(codeBuild.project, imageUpdate());
    codeBuild.updateError = accessDenied();

    assertThat(updater.restore("shop"))
        .isEqualTo(
            new Restoration(
                false,
                "its project still contains the change by pull-rescue, which cannot be taken out"
                    + " (CodeBuild answers AccessDeniedException): run"
                    + " `scripts/restore-projects`"));
  }

  @Test
  void restoresNothingInUnmodifiedProject() {
    assertThat(ProjectUpdater.restoreRequest(project("buildspec.yml"))).isEmpty();
  }

  private static Project update(Project project, ProjectUpdate update) {
    return apply(project, ProjectUpdater.updateRequest(project, update, List.of()));
  }

  private static Project withImage(Project project, String image) {
    var environment = project.environment().toBuilder().image(image).build();
    return project.toBuilder().environment(environment).build();
  }

  private static Project withBuildspec(Project project, String buildspec) {
    return project.toBuilder()
        .source(project.source().toBuilder().buildspec(buildspec).build())
        .build();
  }

  private static AwsServiceException accessDenied() {
    return CodeBuildException.builder()
        .statusCode(400)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName("CodeBuild")
                .errorCode("AccessDeniedException")
                .build())
        .build();
  }

  private static ProjectUpdate imageUpdate() {
    return new ProjectUpdate(FIRST_RETRY, MIRRORED_IMAGE.mirrorReference(), null);
  }

  private static ProjectUpdate buildspecUpdate(String text) {
    return new ProjectUpdate(FIRST_RETRY, null, text);
  }

  private static ProjectEnvironment restoredEnvironment(Project project, ProjectUpdate change) {
    var changed =
        apply(
            project,
            ProjectUpdater.updateRequest(project, change, DockerHubVariables.fromReference("hub")));
    return ProjectUpdater.restoreRequest(changed).orElseThrow().environment();
  }

  /** Replaces the settings that the request contains, as UpdateProject does. */
  private static Project apply(Project project, UpdateProjectRequest update) {
    var changed = project.toBuilder().environment(update.environment());
    return update.source() == null ? changed.build() : changed.source(update.source()).build();
  }

  private static Project project(@Nullable String buildspec) {
    return Project.builder()
        .name("shop")
        .environment(
            ProjectEnvironment.builder()
                .image("ruby:2.7")
                .imagePullCredentialsType(ImagePullCredentialsType.SERVICE_ROLE)
                .privilegedMode(true)
                .environmentVariables(
                    EnvironmentVariable.builder()
                        .name("STAGE")
                        .value("test")
                        .type(EnvironmentVariableType.PLAINTEXT)
                        .build())
                .build())
        .source(ProjectSource.builder().type(SourceType.CODEPIPELINE).buildspec(buildspec).build())
        .build();
  }
}
