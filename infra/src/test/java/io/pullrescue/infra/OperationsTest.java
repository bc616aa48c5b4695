package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the settings of operations. */
class OperationsTest {
  private static final String KEY =
      "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

  private static SynthesizedStack stack;

  @BeforeAll
  static void synthesize() {
    stack = SynthesizedStack.with(SynthesizedStack.EVERYTHING);
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void snapStartFunctionsHaveAnAlias(FunctionSpec function) {
    assertThat(stack.function(function).path("SnapStart").path("ApplyOn").asText())
        .isEqualTo("PublishedVersions");
    assertThat(stack.all("AWS::Lambda::Alias").map(it -> it.path("Name").asText()))
        .hasSize(FunctionSpec.values().length)
        .containsOnly("live");
  }

  @Test
  void queuesInvokeTheAlias() {
    assertThat(stack.all("AWS::Lambda::EventSourceMapping").map(JsonNode::toString))
        .hasSize(3)
        .allMatch(mapping -> mapping.contains("Alias"));
  }

  @Test
  void queuesAndTopicsUseTheConfiguredKey() {
    assertThat(stack.all("AWS::SQS::Queue"))
        .hasSize(6)
        .allMatch(queue -> queue.path("KmsMasterKeyId").asText().equals(KEY));
    assertThat(stack.all("AWS::SNS::Topic"))
        .hasSize(2)
        .allMatch(topic -> topic.path("KmsMasterKeyId").asText().equals(KEY));
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void functionsMayUseTheConfiguredKeyOnly(FunctionSpec function) {
    assertThat(stack.permissions(function).resources("kms:Decrypt"))
        .isNotEmpty()
        .containsOnly('"' + KEY + '"');
  }

  @Test
  void logsHaveTheConfiguredRetention() {
    assertThat(stack.all("AWS::Logs::LogGroup"))
        .hasSize(FunctionSpec.values().length)
        .allMatch(log -> log.path("RetentionInDays").asInt() == 90);
  }
}
