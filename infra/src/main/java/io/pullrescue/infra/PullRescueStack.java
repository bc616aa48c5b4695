package io.pullrescue.infra;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The way of a failure: the bus fills the queue of failures, each queue feeds one function, and
 * each function says or sends what the next one starts from.
 */
final class PullRescueStack extends Stack {
  PullRescueStack(Construct scope, String id, StackProps properties, Configuration configuration) {
    super(scope, id, properties);
    Permissions permissions = new Permissions(this, configuration);

    WorkQueue failures =
        WorkQueue.unordered(this, "Failures", "pull-rescue-failures", Job.DIAGNOSE);
    WorkQueue requests =
        WorkQueue.ordered(
            this, "ReplicationRequests", "pull-rescue-replication-requests", Job.REPLICATE);
    WorkQueue retries = WorkQueue.unordered(this, "Retries", "pull-rescue-retries", Job.RETRY);

    new PullRescueFunction(this, Job.DIAGNOSE, configuration)
        .readsFrom(failures)
        .sendsTo(requests, "PULL_RESCUE_REPLICATION_QUEUE_URL")
        .may(permissions.readBuilds())
        .may(permissions.readBuildLogs())
        .may(permissions.publish());

    new PullRescueFunction(this, Job.REPLICATE, configuration)
        .readsFrom(requests, configuration.maximumReplications())
        .knows("PULL_RESCUE_CREDENTIALS", configuration.credentialsSetting())
        .may(permissions.replicate());

    new PullRescueFunction(this, Job.RETRY, configuration)
        .readsFrom(retries)
        .knows("PULL_RESCUE_MAXIMUM_ATTEMPTS", String.valueOf(configuration.maximumAttempts()))
        .knows("PULL_RESCUE_COMMANDS", configuration.rescueCommands())
        .knows("PULL_RESCUE_PROBE_BUILDS", configuration.probeBuildsSetting())
        .knows("PULL_RESCUE_SOURCE_BUCKETS", configuration.sourceBucketsSetting())
        .may(permissions.readBuilds())
        .may(permissions.readSources())
        .may(permissions.readBuildLogs())
        .may(permissions.startBuilds())
        .may(permissions.readMirror())
        .may(permissions.publish());

    new PullRescueFunction(this, Job.RESCUE, configuration)
        .sendsTo(failures, "PULL_RESCUE_FAILURES_QUEUE_URL")
        .knows("PULL_RESCUE_CREDENTIALS", configuration.credentialsSetting())
        .may(permissions.replicate());

    new BusRules(this, failures, retries);

    CfnOutput.Builder.create(this, "RescueFunctionName")
        .description("Invoke it by hand with {\"image\": \"ruby:2.7\"}")
        .value(Job.RESCUE.functionName())
        .build();
  }
}
