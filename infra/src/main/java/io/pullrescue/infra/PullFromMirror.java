package io.pullrescue.infra;

import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** For people to attach to the roles of projects and tasks that pull from the mirror themselves. */
final class PullFromMirror extends Construct {
  PullFromMirror(Construct scope, List<PolicyStatement> statements) {
    super(scope, "PullFromMirror");
    // CloudFormation names it: a name of our own would stand in the way of whatever replaces it.
    ManagedPolicy policy =
        ManagedPolicy.Builder.create(this, "Policy")
            .description("Pulls images from the repositories that pull-rescue fills.")
            .statements(statements)
            .build();
    CfnOutput.Builder.create(Stack.of(this), "PullFromMirrorPolicy")
        .description("Attach it to roles that pull from the mirror")
        .value(policy.getManagedPolicyArn())
        .build();
  }
}
