package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.EventNames;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.CredentialPermissions;
import io.pullrescue.infra.iam.EventPermissions;
import io.pullrescue.infra.iam.MetricPermissions;
import io.pullrescue.infra.iam.MirrorPermissions;
import io.pullrescue.infra.messaging.EncryptionKey;
import io.pullrescue.infra.messaging.PublishedEvents;
import io.pullrescue.infra.messaging.QueueProps;
import io.pullrescue.infra.messaging.QueueWithDlq;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** Creates the queue of replication requests and the function that copies images. */
final class Replication extends Construct {
  private final QueueWithDlq queue;
  private final PullRescueFunction function;

  /**
   * Defines how images are replicated.
   *
   * @param functions what all functions have in common
   * @param encryptionKey encrypts the queue
   * @param mirror the repositories to write to
   * @param retries where the retry of a workload is requested once its image is mirrored
   */
  record Props(
      FunctionProps functions,
      EncryptionKey encryptionKey,
      MirrorPermissions mirror,
      QueueWithDlq retries) {}

  Replication(Construct scope, String id, Props props) {
    super(scope, id);
    var config = props.functions().config();
    queue =
        new QueueWithDlq(
            this,
            "Requests",
            QueueProps.fifo(
                "pull-rescue-replication-requests", FunctionSpec.REPLICATE, props.encryptionKey()));

    function = new PullRescueFunction(this, FunctionSpec.REPLICATE, props.functions());
    function.addQueueSource(queue.queue(), config.replication().maxConcurrentCopies());
    // A copy that does not finish in time continues with a message of its own.
    function.addEnvironment(
        EnvironmentVariables.REPLICATION_QUEUE_URL, queue.queue().getQueueUrl());
    queue.grantSend(function);
    function.addEnvironment(
        EnvironmentVariables.RETRIES_QUEUE_URL, props.retries().queue().getQueueUrl());
    props.retries().grantSend(function);

    new CredentialPermissions(Stack.of(this))
        .grantReadWorkloadSecrets(function, config.workloadPullSecrets());
    grantReplicate(function, props.functions(), props.mirror());
  }

  /** Sets up what every function that copies images needs. */
  static void grantReplicate(
      PullRescueFunction function, FunctionProps functions, MirrorPermissions mirror) {
    var stack = Stack.of(function);
    function.addEnvironment(EnvironmentVariables.EVENT_BUS, PublishedEvents.BUS);
    mirror.grantWrite(function);
    mirror.grantEncrypt(function, functions.config().replication().kmsKeyArn());
    new CredentialPermissions(stack).grantRead(function, functions.config().credentials().values());
    if (functions.config().replication().maxGigabytesPerDay() > 0) {
      MetricPermissions.grantReadStatistics(function);
    }
    EventPermissions.grantPublish(function, stack, PublishedEvents.BUS, EventNames.SOURCE);
  }

  QueueWithDlq queue() {
    return queue;
  }

  PullRescueFunction function() {
    return function;
  }
}
