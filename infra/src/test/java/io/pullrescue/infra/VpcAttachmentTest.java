package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
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

/** Checks functions in the operator's VPC and the permissions that they need there. */
class VpcAttachmentTest {
  private static final String SUBNET = "subnet-0a1b2c3d4e5f67890";
  private static final Map<String, Object> SETTINGS =
      Map.of("subnetIds", SUBNET, "securityGroupIds", "sg-1a2b3c4d", "refreshIntervalHours", 24);
  private static final Set<String> ACTIONS =
      Set.of(
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses");

  private static SynthesizedStack outside;
  private static SynthesizedStack inside;

  @BeforeAll
  static void synthesize() {
    outside = SynthesizedStack.withAllFunctions();
    inside = SynthesizedStack.with(SETTINGS);
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void functionsRunInTheConfiguredSubnets(FunctionSpec function) {
    assertThat(inside.function(function).path("VpcConfig"))
        .hasToString(
            "{\"SecurityGroupIds\":[\"sg-1a2b3c4d\"],\"SubnetIds\":[\"%s\"]}".formatted(SUBNET));
    assertThat(outside.function(function).has("VpcConfig")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void rolesAllowNetworkInterfacesInAddition(FunctionSpec function) {
    assertThat(inside.permissions(function).actions())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(outside.permissions(function).actions(), ACTIONS)
                .flatMap(Set::stream)
                .toList());
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void codeIsDeniedNetworkInterfaces(FunctionSpec function) {
    var statements =
        inside.permissions(function).statements().stream()
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
        .endsWith(":function:%s\"]]}".formatted(function.functionName()));
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void functionDependsOnItsPolicy(FunctionSpec function) {
    var dependencies =
        StreamSupport.stream(inside.template().path("Resources").spliterator(), false)
            .filter(it ->
                it.path("Properties").path("FunctionName").asText().equals(function.functionName()))
            .findFirst()
            .orElseThrow()
            .path("DependsOn")
            .toString();

    assertThat(dependencies).contains(function.constructId() + "RoleDefaultPolicy");
  }

  @Test
  void movingToAVpcPublishesNewVersions() {
    var moved = new HashMap<>(SETTINGS);
    moved.put("snapStart", "true");
    var before = SynthesizedStack.with(Map.of("snapStart", "true", "refreshIntervalHours", 24));
    var after = SynthesizedStack.with(moved);

    assertThat(versions(after))
        .hasSize(FunctionSpec.values().length)
        .doesNotContainAnyElementsOf(versions(before));
  }

  private static List<String> versions(SynthesizedStack stack) {
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
