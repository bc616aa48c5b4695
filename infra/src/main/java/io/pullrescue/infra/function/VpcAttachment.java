package io.pullrescue.infra.function;

import static java.util.Objects.requireNonNull;

import io.pullrescue.infra.config.VpcConfig;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.CfnFunction.VpcConfigProperty;
import software.amazon.awscdk.services.lambda.Function;

/** Attaches a function to the operator's VPC and grants what Lambda needs for that. */
record VpcAttachment(VpcConfig vpc) {
  /**
   * The EC2 actions of AWSLambdaVPCAccessExecutionRole, which allows access to all logs as well.
   */
  private static final List<String> ACTIONS =
      List.of(
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses");

  /**
   * Sets the low-level property: the L2 construct needs the VPC's ID and availability zones too.
   */
  void attach(Function function) {
    var resource = (CfnFunction) function.getNode().getDefaultChild();
    requireNonNull(resource)
        .setVpcConfig(
            VpcConfigProperty.builder()
                .subnetIds(vpc.subnetIds())
                .securityGroupIds(vpc.securityGroupIds())
                .build());
  }

  /**
   * Grants Lambda the management of network interfaces, whose ARNs are not known in advance, and
   * denies it to the function's own code: AWS sets the condition key for calls of the code only.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice">Best
   *     practice for using VPC permissions</a>
   */
  void grant(IGrantable grantee, Stack stack, FunctionSpec function) {
    var principal = grantee.getGrantPrincipal();
    principal.addToPrincipalPolicy(statement("NetworkInterfaces", Effect.ALLOW));
    var forCode = statement("NoNetworkInterfacesByCode", Effect.DENY);
    forCode.addConditions(
        Map.of("ArnEquals", Map.of("lambda:SourceFunctionArn", arn(stack, function))));
    principal.addToPrincipalPolicy(forCode);
  }

  private static PolicyStatement statement(String sid, Effect effect) {
    return PolicyStatement.Builder.create()
        .sid(sid)
        .effect(effect)
        .actions(ACTIONS)
        .resources(List.of("*"))
        .build();
  }

  private static String arn(Stack stack, FunctionSpec function) {
    return stack.formatArn(
        ArnComponents.builder()
            .service("lambda")
            .resource("function")
            .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
            .resourceName(function.functionName())
            .build());
  }
}
