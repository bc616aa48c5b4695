package io.pullrescue.infra;

import java.util.Set;

/**
 * What runs again, how often and how.
 *
 * @param maximumAttempts how often one failed workload is run again, along its whole chain
 * @param maximumRetriesPerHour how many retries one project gets within an hour
 * @param projectChanges what may be done to projects whose builds take no overrides
 * @param ecs which services and tasks on Amazon ECS may start from the copy
 * @param batch which jobs on AWS Batch may be submitted again from the copy
 * @param rescueCommands how a retried build comes to its copies
 */
record Retrying(
    int maximumAttempts,
    int maximumRetriesPerHour,
    ProjectChanges projectChanges,
    WorkloadChanges ecs,
    WorkloadChanges batch,
    RescueCommands rescueCommands) {
  static final Set<String> NAMES =
      Set.of(
          "maximumAttempts",
          "maximumRetriesPerHour",
          "projectChanges",
          "ecs",
          "batch",
          "rescueCommands");

  static Retrying from(Settings settings) {
    return new Retrying(
        settings.wholeNumber("maximumAttempts", 1, 10, 3),
        settings.wholeNumber("maximumRetriesPerHour", 1, 999, 20),
        settings.choice("projectChanges", ProjectChanges.OFF),
        settings.choice("ecs", WorkloadChanges.REPORT),
        settings.choice("batch", WorkloadChanges.REPORT),
        rescueCommands(settings));
  }

  private static RescueCommands rescueCommands(Settings settings) {
    RescueCommands commands = settings.choice("rescueCommands", RescueCommands.MIRROR);
    if (commands == RescueCommands.LOGIN
        && !settings.pairs("credentials").containsKey("docker.io")) {
      throw new SettingRefused("rescueCommands", "login needs credentials of docker.io");
    }
    return commands;
  }
}
