package io.pullrescue.infra;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.CfnFunction.VpcConfigProperty;
import software.amazon.awscdk.services.lambda.Function;

/**
 * Puts functions into the operator's network: all of them, as whoever wants that wants every call
 * to be seen there, and each of them calls AWS.
 */
record VpcPlacement(Vpc vpc, Stack stack) {
  /** Those of AWSLambdaVPCAccessExecutionRole, without its right to every log. */
  private static final List<String> ACTIONS =
      List.of(
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses");

  /** Not by the construct's own means: these ask for the VPC's id and its zones as well. */
  void place(Function function) {
    CfnFunction resource = (CfnFunction) function.getNode().getDefaultChild();
    requireNonNull(resource)
        .setVpcConfig(
            VpcConfigProperty.builder()
                .subnetIds(vpc.subnets())
                .securityGroupIds(vpc.securityGroups())
                .build());
  }

  /**
   * Lambda makes network interfaces with the function's role, of resources that nobody knows
   * before. The function's own code has no business with them, and is told apart by its
   * credentials.
   */
  List<PolicyStatement> rights(Job job) {
    PolicyStatement forLambda = interfaces("NetworkInterfaces", Effect.ALLOW);
    PolicyStatement notForCode = interfaces("NoNetworkInterfacesByCode", Effect.DENY);
    notForCode.addConditions(
        Map.of("ArnEquals", Map.of("lambda:SourceFunctionArn", arn(job.functionName()))));
    return List.of(forLambda, notForCode);
  }

  private static PolicyStatement interfaces(String sid, Effect effect) {
    return PolicyStatement.Builder.create()
        .sid(sid)
        .effect(effect)
        .actions(ACTIONS)
        .resources(List.of("*"))
        .build();
  }

  private String arn(String functionName) {
    return stack.formatArn(
        ArnComponents.builder()
            .service("lambda")
            .resource("function")
            .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
            .resourceName(functionName)
            .build());
  }
}
