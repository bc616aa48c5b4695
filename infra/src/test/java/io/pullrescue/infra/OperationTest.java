package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is only there when it is asked for. */
class OperationTest {
  private static final String KEY =
      "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

  private static Synthesized stack;

  @BeforeAll
  static void synthesize() {
    stack = Synthesized.with(Synthesized.EVERYTHING);
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void functionsStartFromSnapshotsBehindAnAlias(Job job) {
    assertThat(stack.function(job).path("SnapStart").path("ApplyOn").asText())
        .isEqualTo("PublishedVersions");
    assertThat(stack.all("AWS::Lambda::Alias").map(it -> it.path("Name").asText()))
        .hasSize(Job.values().length)
        .containsOnly("live");
  }

  @Test
  void queuesFeedTheAliasesThen() {
    assertThat(stack.all("AWS::Lambda::EventSourceMapping").map(JsonNode::toString))
        .hasSize(3)
        .allMatch(mapping -> mapping.contains("Alias"));
  }

  @Test
  void queuesAndTopicsUseTheOperatorsKey() {
    assertThat(stack.all("AWS::SQS::Queue"))
        .hasSize(6)
        .allMatch(queue -> queue.path("KmsMasterKeyId").asText().equals(KEY));
    assertThat(stack.all("AWS::SNS::Topic"))
        .hasSize(2)
        .allMatch(topic -> topic.path("KmsMasterKeyId").asText().equals(KEY));
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void whoReadsOrWritesQueuesMayUseThatKeyAndNoOther(Job job) {
    assertThat(stack.rights(job).resources("kms:Decrypt"))
        .isNotEmpty()
        .containsOnly('"' + KEY + '"');
  }

  @Test
  void logsAreKeptAsLongAsTheOperatorWants() {
    assertThat(stack.all("AWS::Logs::LogGroup"))
        .hasSize(Job.values().length)
        .allMatch(log -> log.path("RetentionInDays").asInt() == 90);
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"REPLICATE", "RESCUE"})
  void whoCopiesKnowsTheLimits(Job job) {
    JsonNode environment = stack.function(job).path("Environment").path("Variables");

    assertThat(environment.path("PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES").asText()).isEqualTo("20");
    assertThat(environment.path("PULL_RESCUE_ARCHIVE_AFTER_DAYS").asText()).isEqualTo("30");
  }
}
