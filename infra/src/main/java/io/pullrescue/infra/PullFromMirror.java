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
    // Roles and policies are the account's, not the region's: two installations need two names.
    ManagedPolicy policy =
        ManagedPolicy.Builder.create(this, "Policy")
            .managedPolicyName("PullFromMirror-" + Stack.of(this).getRegion())
            .description("Pulls images from the repositories that pull-rescue fills.")
            .statements(statements)
            .build();
    CfnOutput.Builder.create(this, "Arn")
        .description("Attach it to roles that pull from the mirror")
        .value(policy.getManagedPolicyArn())
        .build();
  }
}
