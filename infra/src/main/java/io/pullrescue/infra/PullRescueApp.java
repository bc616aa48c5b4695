package io.pullrescue.infra;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.StackProps;

/** The CDK app: reads the configuration and describes one stack. */
public final class PullRescueApp {
  /** One installation per account and region, so the name needs no part that varies. */
  static final String STACK_NAME = "pull-rescue";

  private PullRescueApp() {}

  /** Called by the CDK CLI, see cdk.json. */
  public static void main(String[] arguments) {
    App app = new App();
    try {
      describe(app);
    } catch (SettingRefused refused) {
      // The operator's mistake, not the program's: a sentence instead of a stack trace.
      System.err.println(refused.getMessage());
      System.exit(2);
    }
    app.synth();
  }

  static PullRescueStack describe(App app) {
    Configuration configuration = Configuration.from(Settings.in(contextOf(app)));
    StackProps properties =
        StackProps.builder()
            .stackName(STACK_NAME)
            .description("Failed image pulls heal themselves: diagnose, copy into ECR, run again.")
            .build();
    return new PullRescueStack(app, "PullRescue", properties, configuration);
  }

  private static Map<String, Object> contextOf(App app) {
    Map<String, Object> context = new HashMap<>();
    if (app.getNode().getAllContext() instanceof Map<?, ?> all) {
      all.forEach((name, value) -> context.put(String.valueOf(name), value));
    }
    return context;
  }
}
