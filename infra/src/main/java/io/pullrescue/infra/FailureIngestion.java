package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.EventNames;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.BuildPermissions;
import io.pullrescue.infra.iam.EventPermissions;
import io.pullrescue.infra.iam.WorkloadPermissions;
import io.pullrescue.infra.messaging.EncryptionKey;
import io.pullrescue.infra.messaging.PublishedEvents;
import io.pullrescue.infra.messaging.QueueProps;
import io.pullrescue.infra.messaging.QueueWithDlq;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** Creates the queue of failures and the function that diagnoses them. */
final class FailureIngestion extends Construct {
  private static final int MAX_CONCURRENT_DIAGNOSES = 3;

  private final QueueWithDlq queue;
  private final PullRescueFunction function;

  /**
   * Defines how failures are diagnosed.
   *
   * @param functions what all functions have in common
   * @param encryptionKey encrypts the queue
   * @param replicationRequests where requests to mirror an image are sent
   * @param buildLogGroups the log groups in which build logs may be read
   */
  record Props(
      FunctionProps functions,
      EncryptionKey encryptionKey,
      QueueWithDlq replicationRequests,
      List<String> buildLogGroups) {}

  FailureIngestion(Construct scope, String id, Props props) {
    super(scope, id);
    var stack = Stack.of(this);
    queue =
        new QueueWithDlq(
            this,
            "Failures",
            QueueProps.standard(
                "pull-rescue-failures", FunctionSpec.DIAGNOSE, props.encryptionKey()));

    function = new PullRescueFunction(this, FunctionSpec.DIAGNOSE, props.functions());
    function.addQueueSource(queue.queue(), MAX_CONCURRENT_DIAGNOSES);
    function.addEnvironment(EnvironmentVariables.EVENT_BUS, PublishedEvents.BUS);
    function.addEnvironment(
        EnvironmentVariables.REPLICATION_QUEUE_URL,
        props.replicationRequests().queue().getQueueUrl());
    props.replicationRequests().grantSend(function);

    var builds = new BuildPermissions(stack);
    builds.grantRead(function);
    builds.grantReadLogs(
        function, props.buildLogGroups(), props.functions().config().buildLogBuckets());
    new WorkloadPermissions(stack).grantRead(function);
    EventPermissions.grantPublish(function, stack, PublishedEvents.BUS, EventNames.SOURCE);
  }

  QueueWithDlq queue() {
    return queue;
  }

  PullRescueFunction function() {
    return function;
  }
}
