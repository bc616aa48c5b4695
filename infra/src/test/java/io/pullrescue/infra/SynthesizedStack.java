package io.pullrescue.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.infra.function.FunctionSpec;
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

/** Holds the synthesized template as a tree. */
record SynthesizedStack(JsonNode template) {
  /** Sets every setting. */
  static final Map<String, Object> EVERYTHING =
      Map.of("config", "src/test/resources/everything.yaml");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Synthesizes the stack with default settings. */
  static SynthesizedStack byDefault() {
    return with(Map.of());
  }

  /** Synthesizes the stack with all functions. */
  static SynthesizedStack withAllFunctions() {
    return with(Map.of("refreshIntervalHours", 24));
  }

  /** Synthesizes the stack with all functions, credentials, and buckets of sources and logs. */
  static SynthesizedStack withCredentialsAndBuckets() {
    return with(
        Map.of(
            "refreshIntervalHours",
            24,
            "credentials",
            "docker.io=hub/login",
            "sourceBuckets",
            "sources, teams-*",
            "buildLogBuckets",
            "logs-*"));
  }

  static SynthesizedStack with(Map<String, Object> settings) {
    return of(stack(settings));
  }

  static SynthesizedStack of(PullRescueStack stack) {
    return new SynthesizedStack(JSON.valueToTree(Template.fromStack(stack).toJSON()));
  }

  static PullRescueStack stack(Map<String, Object> settings) {
    var context = new HashMap<>(settings);
    context.put("functionsJar", placeholderJar().toString());
    return PullRescueApp.createStack(new App(AppProps.builder().context(context).build()));
  }

  Stream<JsonNode> all(String type) {
    return StreamSupport.stream(template.path("Resources").spliterator(), false)
        .filter(resource -> resource.path("Type").asText().equals(type))
        .map(resource -> resource.path("Properties"));
  }

  JsonNode function(FunctionSpec function) {
    return named("AWS::Lambda::Function", "FunctionName", function.functionName());
  }

  JsonNode queue(String name) {
    return named("AWS::SQS::Queue", "QueueName", name);
  }

  /** Returns the permissions of a function's role. */
  RolePermissions permissions(FunctionSpec function) {
    var role = function(function).path("Role").path("Fn::GetAtt").path(0).asText();
    var statements =
        all("AWS::IAM::Policy")
            .filter(policy -> policy.path("Roles").toString().contains('"' + role + '"'))
            .flatMap(policy ->
                StreamSupport.stream(
                    policy.path("PolicyDocument").path("Statement").spliterator(), false));
    return new RolePermissions(role, statements.toList());
  }

  private JsonNode named(String type, String property, String name) {
    return all(type)
        .filter(resource -> resource.path(property).asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " is called " + name));
  }

  private static Path placeholderJar() {
    try {
      var jar = Files.createTempDirectory("pull-rescue-infra").resolve("functions.jar");
      return Files.writeString(
          jar, "always the same bytes, so that the hash of the asset does not change");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
