package io.pullrescue.lambda;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pullrescue.config.DenyList;
import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.UpstreamRegistries;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration and the references to other resources from the environment variables of a
 * function. A wrong value stops the function when it starts, with the name of the variable.
 */
final class FunctionEnvironment {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private final Map<String, String> variables;

  FunctionEnvironment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Returns the configuration that the CDK app wrote for this function. */
  PullRescueConfig config() {
    var json = required(EnvironmentVariables.CONFIG);
    try {
      return JSON.readValue(json, PullRescueConfig.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "environment variable %s: %s".formatted(EnvironmentVariables.CONFIG, describe(e)), e);
    }
  }

  /** Returns how the images of the allowed upstreams are named in the mirror. */
  MirrorNaming mirror(PullRescueConfig.Mirror settings) {
    var prefixes = settings.prefixes();
    if (prefixes.size() < settings.upstreams().size()) {
      throw new IllegalStateException(
          "environment variable %s: mirror.upstreams: %s must be among %s"
              .formatted(
                  EnvironmentVariables.CONFIG,
                  settings.upstreams(),
                  UpstreamRegistries.DEFAULT_PREFIXES.keySet()));
    }
    return new MirrorNaming(
        required(EnvironmentVariables.REGISTRY), prefixes, new DenyList(settings.deniedImages()));
  }

  /** Returns the name of the event bus to publish to. */
  String eventBus() {
    return optional(EnvironmentVariables.EVENT_BUS).orElse("default");
  }

  /** Returns the URL of the queue of replication requests. */
  String replicationQueueUrl() {
    return required(EnvironmentVariables.REPLICATION_QUEUE_URL);
  }

  /** Returns the URL of the queue of failures. */
  String failuresQueueUrl() {
    return required(EnvironmentVariables.FAILURES_QUEUE_URL);
  }

  /** Returns the URL of the queue of retries. */
  String retriesQueueUrl() {
    return required(EnvironmentVariables.RETRIES_QUEUE_URL);
  }

  /** Returns the name of the role with which builds are retried. */
  String retryRole() {
    return required(EnvironmentVariables.RETRY_ROLE);
  }

  /** Returns the Region, which Lambda sets; null outside of it. */
  @Nullable String region() {
    return optional("AWS_REGION").orElse(null);
  }

  /** Returns the ARN of the policy that allows pulling from the mirror; null if it is not known. */
  @Nullable String pullPolicyArn() {
    return optional(EnvironmentVariables.PULL_POLICY_ARN).orElse(null);
  }

  /** Returns the ARN of the topic of notifications by e-mail; null if nobody receives any. */
  @Nullable String emailTopicArn() {
    return optional(EnvironmentVariables.EMAIL_TOPIC_ARN).orElse(null);
  }

  /** Returns the ARN of the topic of notifications in a chat client; null without one. */
  @Nullable String chatTopicArn() {
    return optional(EnvironmentVariables.CHAT_TOPIC_ARN).orElse(null);
  }

  /** Describes a JSON error with the path of the property, such as {@code retry.maxRetries}. */
  private static String describe(JsonProcessingException error) {
    if (!(error instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return error.getOriginalMessage();
    }
    var path =
        mapping.getPath().stream()
            .map(FunctionEnvironment::step)
            .collect(joining("."))
            .replace(".[", "[");
    return path + ": " + mapping.getOriginalMessage();
  }

  private static String step(JsonMappingException.Reference reference) {
    return Optional.ofNullable(reference.getFieldName())
        .orElseGet(() -> "[%d]".formatted(reference.getIndex()));
  }

  private String required(String name) {
    return optional(name)
        .orElseThrow(() ->
            new IllegalStateException(
                "environment variable %s is not set; the CDK app in infra/ sets it"
                    .formatted(name)));
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }
}
