package io.pullrescue.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.workload.codebuild.ProjectUpdater;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;

/**
 * Converts a project as the AWS CLI prints it to the input that restores it. The AWS CLI makes the
 * requests, because it knows all kinds of credentials. Members that this version does not know stay
 * in the project.
 */
@Command(
    name = "restore-project",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class,
    description = {
      "Takes the change by pull-rescue out of a CodeBuild project. Calls no AWS API:",
      "reads the project from standard input, as one member of `projects` that",
      "`aws codebuild batch-get-projects` prints, and prints the input for `aws",
      "codebuild update-project`, or nothing if the project contains no change."
    })
final class RestoreProjectCommand implements Callable<Integer> {
  private static final int EX_DATAERR = 65;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream in;

  @Spec private @Nullable CommandSpec spec;

  RestoreProjectCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws IOException {
    var commandLine = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    var project = readProject();
    if (project == null) {
      commandLine
          .getErr()
          .println(
              "the input is not a CodeBuild project as JSON; pass one member of `projects` that `aws"
                  + " codebuild batch-get-projects` prints");
      return EX_DATAERR;
    }
    var known = known(project);
    var request = ProjectUpdater.restoreRequest(known);
    if (request.isPresent()) {
      commandLine.getOut().println(JSON.writeValueAsString(input(project, request.get())));
      ProjectUpdater.laterChanges(known)
          .ifPresent(note -> commandLine.getErr().println(known.name() + ": " + note));
    }
    return 0;
  }

  private @Nullable ObjectNode readProject() throws IOException {
    try {
      return JSON.readTree(in) instanceof ObjectNode project
              && project.path("name").isTextual()
              && project.path("environment").path("image").isTextual()
              && project.path("source").isObject()
          ? project
          : null;
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  /** Returns the members that a project update changes. */
  private static Project known(ObjectNode project) {
    var environment = project.path("environment");
    return Project.builder()
        .name(project.path("name").asText())
        .environment(builder ->
            builder
                .image(environment.path("image").asText())
                .imagePullCredentialsType(text(environment, "imagePullCredentialsType"))
                .environmentVariables(variables(environment)))
        .source(source -> source.buildspec(text(project.path("source"), "buildspec")))
        .build();
  }

  private static List<EnvironmentVariable> variables(JsonNode environment) {
    return stream(environment.path("environmentVariables"))
        .map(variable ->
            EnvironmentVariable.builder()
                .name(variable.path("name").asText())
                .value(variable.path("value").asText())
                .build())
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static @Nullable String text(JsonNode parent, String member) {
    return parent.path(member).isTextual() ? parent.path(member).asText() : null;
  }

  private static ObjectNode input(ObjectNode project, UpdateProjectRequest request) {
    var restored = request.environment();
    var environment = project.withObject("/environment").deepCopy();
    environment.put("image", restored.image());
    if (restored.imagePullCredentialsType() != null) {
      environment.put("imagePullCredentialsType", restored.imagePullCredentialsTypeAsString());
    }
    var names = restored.environmentVariables().stream().map(EnvironmentVariable::name).toList();
    var variables = environment.putArray("environmentVariables");
    stream(project.path("environment").path("environmentVariables"))
        .filter(variable -> names.contains(variable.path("name").asText()))
        .forEach(variables::add);
    var input = JSON.createObjectNode();
    input.set("name", project.get("name"));
    input.set("environment", environment);
    if (request.source() != null) {
      input.set(
          "source",
          project.withObject("/source").deepCopy().put("buildspec", request.source().buildspec()));
    }
    return input;
  }
}
