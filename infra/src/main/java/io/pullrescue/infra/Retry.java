package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.EventNames;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.BuildPermissions;
import io.pullrescue.infra.iam.EventPermissions;
import io.pullrescue.infra.iam.MirrorPermissions;
import io.pullrescue.infra.iam.WorkloadPermissions;
import io.pullrescue.infra.messaging.EncryptionKey;
import io.pullrescue.infra.messaging.PublishedEvents;
import io.pullrescue.infra.messaging.QueueProps;
import io.pullrescue.infra.messaging.QueueWithDlq;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** Creates the FIFO queue of retries, and the function that retries workloads. */
final class Retry extends Construct {
  private static final int MAX_CONCURRENT_RETRIES = 2;

  private final QueueWithDlq queue;
  private final PullRescueFunction function;

  /**
   * Defines how workloads are retried.
   *
   * @param functions what all functions have in common
   * @param encryptionKey encrypts the queue
   * @param mirror the repositories to look for mirrored images in
   * @param buildLogGroups the log groups in which build logs may be read
   */
  record Props(
      FunctionProps functions,
      EncryptionKey encryptionKey,
      MirrorPermissions mirror,
      List<String> buildLogGroups) {}

  Retry(Construct scope, String id, Props props) {
    super(scope, id);
    var stack = Stack.of(this);
    var config = props.functions().config();
    var retry = config.retry();
    queue =
        new QueueWithDlq(
            this,
            "Retries",
            QueueProps.fifo("pull-rescue-retries", FunctionSpec.RETRY, props.encryptionKey())
                .withEvents());

    function = new PullRescueFunction(this, FunctionSpec.RETRY, props.functions());
    function.addQueueSource(queue.queue(), MAX_CONCURRENT_RETRIES);
    function.addEnvironment(EnvironmentVariables.EVENT_BUS, PublishedEvents.BUS);
    // A request that must wait is sent again, into a group where it blocks no other.
    function.addEnvironment(EnvironmentVariables.RETRIES_QUEUE_URL, queue.queue().getQueueUrl());
    queue.grantSend(function);
    function.addEnvironment(EnvironmentVariables.RETRY_ROLE, function.roleName());

    var builds = new BuildPermissions(stack);
    builds.grantRead(function);
    builds.grantReadSources(function, retry.sourceBuckets());
    builds.grantReadLogs(function, props.buildLogGroups(), config.buildLogBuckets());
    builds.grantRetry(function, retry);
    if (retry.checkRoles()) {
      builds.grantCheckRoles(function);
    }
    new WorkloadPermissions(stack).grantRetry(function, retry);
    props.mirror().grantRead(function);
    EventPermissions.grantPublish(function, stack, PublishedEvents.BUS, EventNames.SOURCE);
  }

  QueueWithDlq queue() {
    return queue;
  }

  PullRescueFunction function() {
    return function;
  }
}
