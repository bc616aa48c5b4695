package io.pullrescue.infra;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.PullRescueConfig.Mirror;
import io.pullrescue.infra.config.ConfigLoader;
import io.pullrescue.infra.config.DeploymentConfig;
import io.pullrescue.infra.function.FunctionProps;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.iam.MirrorPermissions;
import io.pullrescue.infra.iam.MirrorPullPolicy;
import io.pullrescue.infra.messaging.EncryptionKey;
import io.pullrescue.infra.messaging.EventRules;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * Creates the steps from a failure to its retry. Each step is a queue and the function that it
 * invokes; rules of the event bus feed the queues.
 */
final class PullRescueStack extends Stack {
  PullRescueStack(Construct scope, String id, StackProps stackProps, DeploymentConfig config) {
    super(scope, id, stackProps);
    var encryptionKey = EncryptionKey.of(this, config.operations().keyArn());
    var functions = FunctionProps.from(config, encryptionKey.key());
    var upstreams = config.functions().mirror().upstreams();
    var mirror =
        new MirrorPermissions(
            this,
            config.functions().mirror(),
            config.functions().replication().pullThroughCachePrefixes());

    var retry =
        new Retry(
            this,
            "Retry",
            new Retry.Props(functions, encryptionKey, mirror, config.buildLogGroups()));
    var replication =
        new Replication(
            this,
            "Replication",
            new Replication.Props(functions, encryptionKey, mirror, retry.queue()));
    var ingestion =
        new FailureIngestion(
            this,
            "FailureIngestion",
            new FailureIngestion.Props(
                functions, encryptionKey, replication.queue(), config.buildLogGroups()));
    var manual =
        new ManualInvocation(
            this,
            "ManualInvocation",
            new ManualInvocation.Props(functions, mirror, ingestion.queue()));
    var rules =
        new EventRules(this, "Rules", new EventRules.Props(ingestion.queue(), retry.queue()));
    var pullPolicy = new MirrorPullPolicy(this, "PullFromMirror", mirror);
    retry.function().addEnvironment(EnvironmentVariables.PULL_POLICY_ARN, pullPolicy.arn());
    describeMirror(config.functions().mirror());

    List<PullRescueFunction> all =
        new ArrayList<>(
            List.of(
                ingestion.function(), replication.function(), retry.function(), manual.function()));
    if (config.refreshesTags()) {
      var interval = Duration.hours(config.refreshIntervalHours());
      var props = new TagRefresh.Props(functions, mirror, replication, rules, interval);
      all.add(new TagRefresh(this, "TagRefresh", props).function());
    }
    var queues = List.of(ingestion.queue(), replication.queue(), retry.queue());
    new Monitoring(
        this,
        "Monitoring",
        new Monitoring.Props(
            config.operations(),
            encryptionKey,
            upstreams,
            queues,
            all,
            config.functions().replication().maxGigabytesPerDay()));
  }

  /**
   * Tells the commands about the mirror: a later deployment keeps the names of its repositories.
   */
  private void describeMirror(Mirror mirror) {
    output("MirrorPrefix", "The setting mirrorPrefix", ConfigLoader.mirrorPrefixSetting(mirror));
    output(
        "MirrorRepositories",
        "How the names of the mirror's repositories begin",
        String.join(",", mirror.prefixes().values()));
    output(
        "PullFromAccount", "The setting pullFromAccount", String.valueOf(mirror.pullFromAccount()));
  }

  private void output(String name, String description, String value) {
    CfnOutput.Builder.create(this, name).description(description).value(value).build();
  }
}
