package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.aws.UnknownMembers;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.testing.ServiceModel;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;

/**
 * Describes projects and builds with everything that the newest model of AWS CodeBuild knows, and
 * finds it again in the requests, or named as what this version does not know.
 */
final class BuildSettingsTest {
  /** What StartBuild takes from the project, whatever the build was started with. */
  private static final List<String> NOT_OVERRIDDEN =
      List.of(
          "artifactsOverride", // no record of a build tells what it was; a caveat tells it
          "autoRetryLimitOverride", // 0: pull-rescue retries
          "debugSessionEnabled", // for a person who watches the build
          "idempotencyToken",
          "hostKernelOverride", // skipped by name, see UnknownMembers
          "projectName",
          "secondaryArtifactsOverride", // likewise
          "registryCredentialOverride", // such builds are skipped
          "serviceRoleOverride"); // builds with another role are skipped

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final ServiceModel model = ServiceModel.read("codebuild/2016-10-06");
  private final CodeBuildClient codeBuild = aws.client(CodeBuildClient.builder());

  /** UpdateProject replaces the environment and the source as a whole. */
  @Test
  void carriesOrNamesEverySettingOfProject() {
    var described = model.document("Project");
    aws.respondTo("BatchGetProjects", "{\"projects\": [" + described + "]}");
    var unknown = new UnknownMembers();
    var project = new BuildClient(codeBuild).findProject("shop", unknown).orElseThrow();

    codeBuild.updateProject(request ->
        request.name("shop").environment(project.environment()).source(project.source()));

    var sent = ServiceModel.parse(aws.requests().getLast());
    for (var replaced : List.of("environment", "source")) {
      assertThat(ServiceModel.lost(described.path(replaced), sent.path(replaced)))
          .allMatch(path ->
              unknown.paths().stream()
                  .anyMatch(("projects." + replaced + "." + plain(path))::startsWith));
    }
  }

  @Test
  void namesSettingsOfProjectThatNoModelKnows() {
    var described = model.document("Project");
    ((ObjectNode) described.path("environment")).put("newLimit", 5);
    aws.respondTo("BatchGetProjects", "{\"projects\": [" + described + "]}");
    var unknown = new UnknownMembers();
    new BuildClient(codeBuild).findProject("shop", unknown);

    assertThat(unknown.paths()).contains("projects.environment.newLimit");
    assertThat(unknown.membersOf("projects[0].environment")).containsKey("newLimit");
  }

  /** Of a build that has nothing in common with its project, all is sent or named. */
  @Test
  void carriesEveryOverrideOfBuild() {
    var described = model.document("Build");
    ((ObjectNode) described.path("source")).put("type", "GITHUB");
    aws.respondTo("BatchGetBuilds", "{\"builds\": [" + described + "]}");
    var unknown = new UnknownMembers();
    var build = new BuildClient(codeBuild).find("shop:1", unknown).orElseThrow();
    var project =
        Project.builder()
            .environment(ProjectEnvironment.builder().build())
            .source(ProjectSource.builder().build())
            .build();

    codeBuild.startBuild(StartBuildOverrides.from(build, project).build());

    var sent = ServiceModel.parse(aws.requests().getLast());
    var missing = new HashSet<>(model.members("StartBuildInput"));
    sent.fieldNames().forEachRemaining(missing::remove);
    NOT_OVERRIDDEN.forEach(missing::remove);
    assertThat(missing).as("neither sent nor known to be left out").isEmpty();
    assertThat(unknown.paths()).contains("builds.environment.hostKernel");
    assertThat(ServiceModel.lost(described.path("cache"), sent.path("cacheOverride"))).isEmpty();
    assertThat(
            ServiceModel.lost(
                described.path("environment").path("fleet"), sent.path("fleetOverride")))
        .isEmpty();
    assertThat(
            ServiceModel.lost(
                described.path("secondarySources"), sent.path("secondarySourcesOverride")))
        .allMatch(path ->
            unknown.paths().stream()
                .anyMatch(("builds.secondarySources." + plain(path))::startsWith));
  }

  private static String plain(String path) {
    return path.replaceAll("\\[\\d+]", "");
  }
}
