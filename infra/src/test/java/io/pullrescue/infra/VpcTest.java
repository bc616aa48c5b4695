package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions in the operator's network, and what that takes of rights. */
class VpcTest {
  private static final String SUBNET = "subnet-0a1b2c3d4e5f67890";
  private static final Map<String, Object> SETTINGS =
      Map.of("vpcSubnets", SUBNET, "vpcSecurityGroups", "sg-1a2b3c4d", "refreshHours", 24);
  private static final Set<String> ACTIONS =
      Set.of(
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses");

  private static Synthesized outside;
  private static Synthesized inside;

  @BeforeAll
  static void synthesize() {
    outside = Synthesized.withAllFunctions();
    inside = Synthesized.with(SETTINGS);
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void functionsRunWhereTheOperatorSays(Job job) {
    assertThat(inside.function(job).path("VpcConfig"))
        .hasToString(
            "{\"SecurityGroupIds\":[\"sg-1a2b3c4d\"],\"SubnetIds\":[\"%s\"]}".formatted(SUBNET));
    assertThat(outside.function(job).has("VpcConfig")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void rolesLetLambdaMakeNetworkInterfacesAndNothingElseIsAdded(Job job) {
    assertThat(inside.rights(job).actions())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(outside.rights(job).actions(), ACTIONS).flatMap(Set::stream).toList());
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void theFunctionsOwnCodeMayNotTouchNetworkInterfaces(Job job) {
    List<JsonNode> statements =
        inside.rights(job).statements().stream()
            .filter(statement -> statement.path("Action").toString().contains("ec2:"))
            .toList();

    assertThat(statements)
        .extracting(statement -> statement.path("Effect").asText())
        .containsExactly("Allow", "Deny");
    assertThat(statements)
        .extracting(statement -> Set.copyOf(textsOf(statement.path("Action"))))
        .containsOnly(ACTIONS);
    assertThat(statements.getFirst().has("Condition")).isFalse();
    assertThat(statements.getLast().path("Condition")).hasSize(1);
    assertThat(
            statements
                .getLast()
                .path("Condition")
                .path("ArnEquals")
                .path("lambda:SourceFunctionArn"))
        .asString()
        .endsWith(":function:%s\"]]}".formatted(job.functionName()));
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void theRightsAreThereBeforeTheFunctionAndAsLong(Job job) {
    String dependencies =
        StreamSupport.stream(inside.template().path("Resources").spliterator(), false)
            .filter(it ->
                it.path("Properties").path("FunctionName").asText().equals(job.functionName()))
            .findFirst()
            .orElseThrow()
            .path("DependsOn")
            .toString();

    assertThat(dependencies).contains(job.title() + "RoleDefaultPolicy");
  }

  @Test
  void aFunctionThatMovesIsSnappedAnew() {
    Map<String, Object> moved = new HashMap<>(SETTINGS);
    moved.put("snapStart", "on");
    Synthesized before = Synthesized.with(Map.of("snapStart", "on", "refreshHours", 24));
    Synthesized after = Synthesized.with(moved);

    assertThat(versions(after))
        .hasSize(Job.values().length)
        .doesNotContainAnyElementsOf(versions(before));
  }

  private static List<String> versions(Synthesized stack) {
    return stack
        .template()
        .path("Resources")
        .propertyStream()
        .filter(it -> it.getValue().path("Type").asText().equals("AWS::Lambda::Version"))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<String> textsOf(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
