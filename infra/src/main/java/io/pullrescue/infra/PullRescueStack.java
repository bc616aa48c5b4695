package io.pullrescue.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The way of a failure: the bus fills the queue of failures, each queue feeds one function, and
 * each function says or sends what the next one starts from.
 */
final class PullRescueStack extends Stack {
  private static final int DIAGNOSES_AT_ONCE = 10;
  private static final int RETRIES_AT_ONCE = 5;

  PullRescueStack(Construct scope, String id, StackProps properties, Configuration configuration) {
    super(scope, id, properties);
    Permissions permissions = new Permissions(this, configuration);
    WorkloadPermissions workloads = new WorkloadPermissions(this, permissions);

    Encryption encryption = Encryption.of(this, configuration.operation());

    WorkQueue failures = WorkQueue.unordered(this, "Failures", Job.DIAGNOSE, encryption);
    WorkQueue requests = WorkQueue.ordered(this, "ReplicationRequests", Job.REPLICATE, encryption);
    WorkQueue retries = WorkQueue.unordered(this, "Retries", Job.RETRY, encryption);

    PullRescueFunction diagnose =
        new PullRescueFunction(this, Job.DIAGNOSE, configuration)
            .readsFrom(failures, DIAGNOSES_AT_ONCE)
            .sendsTo(requests, "PULL_RESCUE_REPLICATION_QUEUE_URL")
            .knows("PULL_RESCUE_BUILD_LOG_BUCKETS", configuration.buildAccess().logBucketsSetting())
            .may(permissions.readBuilds())
            .may(permissions.readBuildLogs())
            .may(permissions.readWorkloads())
            .may(permissions.publish());

    PullRescueFunction replicate =
        new PullRescueFunction(this, Job.REPLICATE, configuration)
            .readsFrom(requests, configuration.copying().maximumReplications())
            .sendsTo(requests, "PULL_RESCUE_REPLICATION_QUEUE_URL")
            .knows("PULL_RESCUE_PLATFORMS", configuration.copying().platforms().word())
            .knows("PULL_RESCUE_WORKLOAD_SECRETS", configuration.copying().workloadSecretsSetting())
            .may(permissions.readWorkloadSecrets())
            .may(permissions.replicate());

    PullRescueFunction retry =
        new PullRescueFunction(this, Job.RETRY, configuration)
            .readsFrom(retries, RETRIES_AT_ONCE)
            .knows(
                "PULL_RESCUE_MAXIMUM_ATTEMPTS",
                String.valueOf(configuration.retrying().maximumAttempts()))
            .knows(
                "PULL_RESCUE_MAXIMUM_RETRIES_PER_HOUR",
                String.valueOf(configuration.retrying().maximumRetriesPerHour()))
            .knows("PULL_RESCUE_PROJECT_CHANGES", configuration.retrying().projectChanges().word())
            .knows("PULL_RESCUE_ECS", configuration.retrying().ecs().word())
            .knows("PULL_RESCUE_BATCH", configuration.retrying().batch().word())
            .knows("PULL_RESCUE_COMMANDS", configuration.retrying().rescueCommands().word())
            .knows("PULL_RESCUE_CREDENTIALS", configuration.copying().credentialsSetting())
            .knows("PULL_RESCUE_PROBE_BUILDS", configuration.buildAccess().probeBuildsSetting())
            .knows("PULL_RESCUE_SOURCE_BUCKETS", configuration.buildAccess().sourceBucketsSetting())
            .knows("PULL_RESCUE_BUILD_LOG_BUCKETS", configuration.buildAccess().logBucketsSetting())
            .may(permissions.readBuilds())
            .may(permissions.readSources())
            .may(permissions.readBuildLogs())
            .may(permissions.startBuilds())
            .may(workloads.all(configuration))
            .may(permissions.mirror().read())
            .may(permissions.publish());

    PullRescueFunction rescue =
        new PullRescueFunction(this, Job.RESCUE, configuration)
            .sendsTo(failures, "PULL_RESCUE_FAILURES_QUEUE_URL")
            .may(permissions.replicate());

    Stream.of(replicate, rescue).forEach(copying -> copying.knowsHowToCopy(configuration));
    BusRules rules = new BusRules(this, failures, retries, configuration);
    new PullFromMirror(this, permissions.mirror().pull());
    List<PullRescueFunction> functions =
        new ArrayList<>(List.of(diagnose, replicate, retry, rescue));
    if (configuration.copying().isRefreshed()) {
      replicate.pullsUnnoticed();
      functions.add(refresh(configuration, permissions, requests, rules));
    }
    watch(
        configuration,
        new Notifications(this, configuration.operation(), encryption),
        List.of(failures, requests, retries),
        functions);

    CfnOutput.Builder.create(this, "RescueFunctionName")
        .description("Invoke it by hand with {\"image\": \"ruby:2.7\"}")
        .value(Job.RESCUE.functionName())
        .build();
  }

  private PullRescueFunction refresh(
      Configuration configuration, Permissions permissions, WorkQueue requests, BusRules rules) {
    PullRescueFunction refresh =
        new PullRescueFunction(this, Job.REFRESH, configuration)
            .sendsTo(requests, "PULL_RESCUE_REPLICATION_QUEUE_URL")
            .knows("PULL_RESCUE_PLATFORMS", configuration.copying().platforms().word())
            .may(permissions.mirror().list());
    rules.every(Duration.hours(configuration.copying().refreshHours()), refresh);
    return refresh;
  }

  private void watch(
      Configuration configuration,
      Notifications notifications,
      List<WorkQueue> queues,
      List<PullRescueFunction> functions) {
    Alarms alarms = new Alarms(this, notifications);
    queues.forEach(alarms::watch);
    functions.forEach(alarms::watch);
    new Overview(this, configuration, queues, functions);
  }
}
