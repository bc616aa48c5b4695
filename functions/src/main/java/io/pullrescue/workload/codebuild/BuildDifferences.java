package io.pullrescue.workload.codebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/** What StartBuild cannot carry over from one build to the next, in words. */
final class BuildDifferences {
  private BuildDifferences() {}

  /** How a new build of this project, started like that one, is not like it all the same. */
  static List<String> between(Build build, Project project) {
    var differences = new ArrayList<String>();
    if (hasWebhookVariables(build)) {
      differences.add("the CODEBUILD_WEBHOOK_ variables are not set, which no start can set");
    }
    if (!Objects.equals(build.serviceRole(), project.serviceRole())) {
      differences.add(
          "it runs as the project's role "
              + project.serviceRole()
              + ", not "
              + build.serviceRole());
    }
    if (hasOtherArtifacts(build, project)) {
      differences.add(
          "its artifacts go where the project says, not to " + build.artifacts().location());
    }
    if (build.autoRetryConfig() != null && build.autoRetryConfig().autoRetryLimit() != null) {
      differences.add("CodeBuild's own auto-retry is off for it");
    }
    return differences;
  }

  private static boolean hasWebhookVariables(Build build) {
    return build.environment().environmentVariables().stream()
        .anyMatch(variable -> variable.name().startsWith("CODEBUILD_WEBHOOK_"));
  }

  /** A location names the bucket and more; a project's own names the bucket alone. */
  private static boolean hasOtherArtifacts(Build build, Project project) {
    var used = build.artifacts();
    var configured = project.artifacts();
    return used != null
        && used.location() != null
        && configured != null
        && configured.location() != null
        && !used.location().contains(configured.location());
  }
}
