package io.pullrescue.infra.config;

import io.pullrescue.config.PullRescueConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * Holds all settings of a deployment. {@link ConfigLoader} creates it.
 *
 * @param functions the settings that the functions read
 * @param buildLogGroups the log groups in which build logs may be read, with wildcards
 * @param refreshIntervalHours how often the mirror's tags are compared with upstream; 0 for never
 * @param operations how the installation is run and monitored
 * @param vpc where the functions run
 * @param functionsJar the code of all functions
 */
public record DeploymentConfig(
    PullRescueConfig functions,
    List<String> buildLogGroups,
    int refreshIntervalHours,
    OperationsConfig operations,
    VpcConfig vpc,
    Path functionsJar) {
  /** Copies the list. */
  public DeploymentConfig {
    buildLogGroups = List.copyOf(buildLogGroups);
  }

  /** Returns whether the mirror's tags are compared with upstream on a schedule. */
  public boolean refreshesTags() {
    return refreshIntervalHours > 0;
  }
}
