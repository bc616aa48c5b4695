package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.MirrorPermissions;
import io.pullrescue.infra.messaging.QueueWithDlq;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** Creates the function that people invoke. */
final class ManualInvocation extends Construct {
  private final PullRescueFunction function;

  /**
   * Defines what a manual invocation may do.
   *
   * @param functions what all functions have in common
   * @param mirror the repositories to write to
   * @param failures where a build is sent to be diagnosed and retried
   */
  record Props(FunctionProps functions, MirrorPermissions mirror, QueueWithDlq failures) {}

  ManualInvocation(Construct scope, String id, Props props) {
    super(scope, id);
    function = new PullRescueFunction(this, FunctionSpec.MANUAL, props.functions());
    function.addEnvironment(
        EnvironmentVariables.FAILURES_QUEUE_URL, props.failures().queue().getQueueUrl());
    props.failures().grantSend(function);
    Replication.grantReplicate(function, props.functions(), props.mirror());

    CfnOutput.Builder.create(Stack.of(this), "ManualFunctionName")
        .description(
            "Mirror an image now: aws lambda invoke --function-name pull-rescue-manual --cli-read-timeout 0 --cli-binary-format raw-in-base64-out --payload '{\"image\": \"ruby:2.7\"}' /dev/stdout")
        .value(FunctionSpec.MANUAL.functionName())
        .build();
  }

  PullRescueFunction function() {
    return function;
  }
}
