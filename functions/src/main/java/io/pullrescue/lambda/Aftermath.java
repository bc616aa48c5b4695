package io.pullrescue.lambda;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.failure.Origin;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.replication.Mirror;
import io.pullrescue.report.Announcement.Recovered;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import io.pullrescue.retry.Chain;
import io.pullrescue.retry.Projects;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import java.time.Duration;
import java.util.Optional;

/** What is left to do and to tell when a rescued build is green. */
final class Aftermath {
  private final Mirror mirror;
  private final Builds builds;
  private final Projects projects;
  private final ProjectChanges changes;
  private final Announcer announcer;

  Aftermath(
      Mirror mirror,
      Builds builds,
      Projects projects,
      ProjectChanges changes,
      Announcer announcer) {
    this.mirror = mirror;
    this.builds = builds;
    this.projects = projects;
    this.changes = changes;
    this.announcer = announcer;
  }

  /** Tells that a chain has ended well, and takes out of the project what was put in for it. */
  Outcome green(String buildId) {
    var build = builds.find(buildId).filter(Build::succeeded);
    var chain = build.map(it -> Chain.of(it, mirror)).filter(Chain::isRetry);
    if (chain.isEmpty()) {
      return new Done("ignored: " + buildId + " is no build that was run again and succeeded");
    }
    var project = build.orElseThrow().project();
    var restored = changes != ProjectChanges.KEPT && projects.undo(project);
    var recovered =
        new Recovered(
            new Origin.Build(chain.get().origin(), project),
            buildId,
            sinceTheFailure(chain.get(), build.orElseThrow()).orElse(null),
            restored);
    announcer.announce(recovered);
    return new Done(Sentence.of(recovered));
  }

  private Optional<Duration> sinceTheFailure(Chain chain, Build green) {
    return builds
        .find(chain.origin())
        .flatMap(Build::end)
        .flatMap(failed -> green.end().map(end -> Duration.between(failed, end)))
        .filter(Duration::isPositive);
  }

  /** Gives a project back what it said before, because a person asks for it. */
  Outcome undo(String project) {
    return new Done(
        projects.undo(project)
            ? "project " + project + " is again as it was before pull-rescue changed it"
            : "ignored: project " + project + " holds no change of pull-rescue's");
  }
}
