package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.MirrorPermissions;
import io.pullrescue.infra.messaging.EventRules;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/** Creates the function that keeps mirrored tags up to date, and its schedule. */
final class TagRefresh extends Construct {
  private final PullRescueFunction function;

  /**
   * Defines the refresh.
   *
   * @param functions what all functions have in common
   * @param mirror the repositories whose tags are refreshed
   * @param replication copies what has changed; its own pulls from the mirror are then excluded
   *     from the pull times, by which the function finds the tags in use
   * @param rules gets the schedule
   * @param interval the time between two refreshes
   */
  record Props(
      FunctionProps functions,
      MirrorPermissions mirror,
      Replication replication,
      EventRules rules,
      Duration interval) {}

  TagRefresh(Construct scope, String id, Props props) {
    super(scope, id);
    var requests = props.replication().queue();
    function = new PullRescueFunction(this, FunctionSpec.REFRESH, props.functions());
    function.addEnvironment(
        EnvironmentVariables.REPLICATION_QUEUE_URL, requests.queue().getQueueUrl());
    requests.grantSend(function);
    props.mirror().grantList(function);
    props.replication().function().excludeFromPullTimeTracking();
    props
        .rules()
        .addSchedule(
            "Refresh", FunctionSpec.REFRESH.description(), props.interval(), function.ruleTarget());
  }

  PullRescueFunction function() {
    return function;
  }
}
