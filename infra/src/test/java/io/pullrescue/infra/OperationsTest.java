package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.LogRetention;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.Bucket;

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

  @Test
  void logsUseTheConfiguredKey() {
    assertThat(stack.all("AWS::Logs::LogGroup"))
        .hasSize(FunctionSpec.values().length + 1) // the record
        .allMatch(log -> log.path("KmsKeyId").asText().equals(KEY));
    assertThat(SynthesizedStack.byDefault().all("AWS::Logs::LogGroup"))
        .noneMatch(log -> log.has("KmsKeyId"));
  }

  @Test
  void everyRoleHasThePermissionsBoundary() {
    assertThat(stack.all("AWS::IAM::Role"))
        .hasSize(FunctionSpec.values().length)
        .extracting(role -> role.path("PermissionsBoundary").toString())
        .containsOnly(
            "{\"Fn::Join\":[\"\",[\"arn:\",{\"Ref\":\"AWS::Partition\"},\":iam::\","
                + "{\"Ref\":\"AWS::AccountId\"},\":policy/team/boundary\"]]}");
    assertThat(SynthesizedStack.byDefault().all("AWS::IAM::Role"))
        .noneMatch(role -> role.has("PermissionsBoundary"));
  }

  /** The stack creates no such role today; an upgrade of the CDK or a new resource may. */
  @Test
  void rolesThatTheCdkCreatesHaveThePermissionsBoundary() {
    var boundary = "arn:aws:iam::123456789012:policy/boundary";
    var stack = SynthesizedStack.stack(Map.of("permissionsBoundary", boundary));
    LogRetention.Builder.create(stack, "Retention")
        .logGroupName("/another/service")
        .retention(RetentionDays.ONE_DAY)
        .build();
    Bucket.Builder.create(stack, "Bucket")
        .autoDeleteObjects(true)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();

    assertThat(SynthesizedStack.of(stack).all("AWS::IAM::Role"))
        .hasSize(6) // four functions, log retention, deletion of objects
        .allMatch(role -> role.path("PermissionsBoundary").asText().equals(boundary));
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
        .hasSize(FunctionSpec.values().length + 1) // the record
        .allMatch(log -> log.path("RetentionInDays").asInt() == 90);
  }
}
