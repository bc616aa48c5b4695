package io.pullrescue.infra.iam;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.constructs.Construct;

/** Creates a managed policy for the roles of builds and tasks that pull from the mirror. */
public final class MirrorPullPolicy extends Construct {
  private final String arn;

  /** Creates the policy. */
  public MirrorPullPolicy(Construct scope, String id, MirrorPermissions mirror) {
    super(scope, id);
    // Without a fixed name, so that CloudFormation can replace it.
    var policy =
        ManagedPolicy.Builder.create(this, "Policy")
            .description("Pulls images from the ECR repositories that pull-rescue fills")
            .build();
    mirror.grantPull(policy);
    arn = policy.getManagedPolicyArn();
    CfnOutput.Builder.create(Stack.of(this), "PullFromMirrorPolicy")
        .description(
            "Attach this policy to the roles of builds, tasks and jobs whose commands pull from the mirror")
        .value(arn)
        .build();
  }

  /** Returns the ARN of the policy. */
  public String arn() {
    return arn;
  }
}
