package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.Chain;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.ProjectChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;

final class ProjectUpdateTest {
  private static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.us-east-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final Copy COPY =
      new Copy(
          RUBY, MIRROR.copyOf(RUBY).orElseThrow(), Digest.of("x".getBytes(StandardCharsets.UTF_8)));
  private static final Chain FIRST = new Chain("shop:first", 1, List.of(COPY));
  private static final String INLINE =
      """
      version: 0.2
      phases:
        build:
          commands:
            - ": pull-rescue\\ndocker pull"
            - make
      """;

  @Test
  void theEnvironmentImageBecomesTheCopyWithCodeBuildsOwnCredentials() {
    var change = ProjectUpdate.change(project("buildspec.yml"), image(), List.of());

    assertThat(change.environment().image()).isEqualTo(COPY.copy().toString());
    assertThat(change.environment().imagePullCredentialsType())
        .isEqualTo(ImagePullCredentialsType.CODEBUILD);
    assertThat(change.source()).isNull();
    assertThat(change.environment().environmentVariables())
        .extracting(it -> it.name() + "=" + it.value())
        .startsWith("STAGE=test", "PULL_RESCUE_ORIGIN=shop:first", "PULL_RESCUE_ATTEMPT=1")
        .contains("PULL_RESCUE_IMAGE_BEFORE=SERVICE_ROLE ruby:2.7");
  }

  @Test
  void theEnvironmentImageComesBack() {
    var project = project("buildspec.yml");

    assertThat(environmentAfterUndo(project, image())).isEqualTo(project.environment());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"ci/buildspec.yml", "arn:aws:s3:::specs/shop.yml"})
  void thePlaceOfTheBuildspecComesBack(@Nullable String place) {
    var project = project(place);
    var changed = changed(project, ProjectUpdate.change(project, commands(INLINE), List.of()));

    assertThat(changed.source().buildspec()).isEqualTo(INLINE);
    var back = ProjectUpdate.undo(changed).orElseThrow();
    assertThat(back.source().buildspec()).isEqualTo(place == null ? "" : place);
    assertThat(back.environment()).isEqualTo(project.environment());
  }

  @Test
  void aBuildspecInTheProjectLosesOurCommandAgain() {
    var project = project(INLINE.replaceFirst("- .*\n *", ""));
    var changed = changed(project, ProjectUpdate.change(project, commands(INLINE), List.of()));

    assertThat(ProjectUpdate.undo(changed).orElseThrow().source()).isEqualTo(project.source());
  }

  @Test
  void aSecondChangeKeepsTheFirstRecord() {
    var project = project("buildspec.yml");
    var once = changed(project, ProjectUpdate.change(project, commands(INLINE), List.of()));
    var second = new Chain("shop:first", 2, List.of(COPY));

    var twice =
        changed(
            once,
            ProjectUpdate.change(once, new ProjectChange("shop", second, null, INLINE), List.of()));

    assertThat(twice.environment().environmentVariables())
        .extracting(it -> it.name() + "=" + it.value())
        .containsOnlyOnce("PULL_RESCUE_ATTEMPT=2")
        .doesNotContain("PULL_RESCUE_ATTEMPT=1")
        .contains("PULL_RESCUE_BUILDSPEC_BEFORE=buildspec.yml");
    assertThat(ProjectUpdate.undo(twice).orElseThrow().source()).isEqualTo(project.source());
  }

  @Test
  void aProjectThatHoldsNothingOfOursIsNotTouched() {
    assertThat(ProjectUpdate.undo(project("buildspec.yml"))).isEmpty();
  }

  private static ProjectChange image() {
    return new ProjectChange("shop", FIRST, COPY.copy(), null);
  }

  private static ProjectChange commands(String text) {
    return new ProjectChange("shop", FIRST, null, text);
  }

  private static ProjectEnvironment environmentAfterUndo(Project project, ProjectChange change) {
    var changed =
        changed(project, ProjectUpdate.change(project, change, HubLogin.variables("hub")));
    return ProjectUpdate.undo(changed).orElseThrow().environment();
  }

  /** What UpdateProject does: it replaces what the request holds. */
  private static Project changed(Project project, UpdateProjectRequest update) {
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
