package io.pullrescue.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.assertions.Template;

/** The template that CloudFormation would get, as a tree to ask questions of. */
record Synthesized(JsonNode template) {
  /** All that can be asked for at once. */
  static final Map<String, Object> EVERYTHING =
      Map.of("config", "src/test/resources/everything.yaml");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As an operator gets it who sets nothing. */
  static Synthesized byDefault() {
    return with(Map.of());
  }

  /** With all functions that there can be. */
  static Synthesized withAllFunctions() {
    return with(Map.of("refreshHours", 24));
  }

  /** With all functions, a login, and buckets of sources and of logs. */
  static Synthesized withLoginAndBuckets() {
    return with(
        Map.of(
            "refreshHours",
            24,
            "credentials",
            "docker.io=hub/login",
            "sourceBuckets",
            "sources, teams-*",
            "buildLogBuckets",
            "logs-*"));
  }

  static Synthesized with(Map<String, Object> settings) {
    return new Synthesized(JSON.valueToTree(Template.fromStack(stack(settings)).toJSON()));
  }

  static PullRescueStack stack(Map<String, Object> settings) {
    Map<String, Object> context = new HashMap<>(settings);
    context.put("functionsJar", tinyJar().toString());
    return PullRescueApp.describe(new App(AppProps.builder().context(context).build()));
  }

  Stream<JsonNode> all(String type) {
    return StreamSupport.stream(template.path("Resources").spliterator(), false)
        .filter(resource -> resource.path("Type").asText().equals(type))
        .map(resource -> resource.path("Properties"));
  }

  JsonNode function(Job job) {
    return named("AWS::Lambda::Function", "FunctionName", job.functionName());
  }

  JsonNode queue(String name) {
    return named("AWS::SQS::Queue", "QueueName", name);
  }

  /** What a function's own role lets it do. */
  Rights rights(Job job) {
    String role = function(job).path("Role").path("Fn::GetAtt").path(0).asText();
    Stream<JsonNode> statements =
        all("AWS::IAM::Policy")
            .filter(policy -> policy.path("Roles").toString().contains('"' + role + '"'))
            .flatMap(policy ->
                StreamSupport.stream(
                    policy.path("PolicyDocument").path("Statement").spliterator(), false));
    return new Rights(role, statements.toList());
  }

  private JsonNode named(String type, String property, String name) {
    return all(type)
        .filter(resource -> resource.path(property).asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " is called " + name));
  }

  private static Path tinyJar() {
    try {
      Path jar = Files.createTempDirectory("pull-rescue-infra").resolve("functions.jar");
      return Files.writeString(jar, "the same bytes every time, so that the asset's hash stays");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
