package io.pullrescue.infra;

import io.pullrescue.infra.config.ConfigLoader;
import io.pullrescue.infra.config.InvalidSettingsException;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.StackProps;

/** Runs the CDK app: reads the settings and creates the stack. */
public final class PullRescueApp {
  /** There is one installation per account and region, so the name can be fixed. */
  static final String STACK_NAME = "pull-rescue";

  private PullRescueApp() {}

  /** Runs the app for the CDK CLI, see cdk.json. */
  public static void main(String[] arguments) {
    var app = new App();
    try {
      createStack(app);
    } catch (InvalidSettingsException e) {
      // A mistake of the operator: the message is enough.
      System.err.println(e.getMessage());
      System.exit(2);
    }
    app.synth();
  }

  static PullRescueStack createStack(App app) {
    var config = ConfigLoader.load(contextOf(app));
    // Without it, queues with a key accept events from rules of every account.
    app.getNode().setContext("@aws-cdk/aws-events:eventsTargetQueueSameAccount", true);
    var props =
        StackProps.builder()
            .stackName(STACK_NAME)
            .description(
                "Diagnoses failed image pulls, mirrors the images in Amazon ECR and retries the workloads");
    // The stack applies it to every role, also to those that the CDK creates for itself.
    config.operations().boundary().ifPresent(props::permissionsBoundary);
    return new PullRescueStack(app, "PullRescue", props.build(), config);
  }

  private static Map<String, Object> contextOf(App app) {
    var context = new HashMap<String, Object>();
    if (app.getNode().getAllContext() instanceof Map<?, ?> all) {
      all.forEach((name, value) -> context.put(String.valueOf(name), value));
    }
    return context;
  }
}
