package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a build must not run again: it is not ours to retry, or it would be a loop or a stampede. */
final class Restraint {
  private static final Duration HOUR = Duration.ofHours(1);

  private final RetryRules rules;

  Restraint(RetryRules rules) {
    this.rules = rules;
  }

  /** The first reason that holds; empty where there is none. */
  Optional<String> reason(Situation situation, Chain chain, List<Copy> copies) {
    return notOurs(situation.build(), situation.project())
        .or(() -> hadTheCopy(chain, copies))
        .or(() -> tooMany(chain.attempt()))
        .or(() -> stampede(situation));
  }

  private static Optional<String> notOurs(Build build, Project project) {
    if (build.isProbe()) {
      return Optional.of("it is a probe of pull-rescue's own, which nothing waits for");
    }
    if (!build.failed() || build.failedPhase().isEmpty()) {
      return Optional.of("it is " + build.status() + ", not failed");
    }
    if (project.switchedOff()) {
      return Optional.of("its project has the tag pull-rescue = off");
    }
    if (project.runner()) {
      return Optional.of(
          "its project runs jobs that another service hands out, each once; run the job again"
              + " there, from the copy");
    }
    return build.retriedByCodeBuild()
        ? Optional.of("CodeBuild's own auto-retry has started the next build already")
        : Optional.empty();
  }

  /** A copy that was there and did not help will not help the next time. */
  private static Optional<String> hadTheCopy(Chain chain, List<Copy> copies) {
    var rescued = chain.copies().stream().map(Copy::image).toList();
    var again =
        copies.stream()
            .map(Copy::image)
            .filter(rescued::contains)
            .map(ImageReference::familiar)
            .collect(Collectors.joining(", "));
    return again.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it is a retry that already had the copy of "
                + again
                + " and failed on it all the same; see what its log says of pull-rescue, or point"
                + " the reference at the mirror");
  }

  /** What is asked of the retries that were before this one. */
  Optional<String> tooMany(int retries) {
    return retries >= rules.maximumAttempts()
        ? Optional.of("it is retry number " + retries + "; " + rules.maximumAttempts() + " is most")
        : Optional.empty();
  }

  private Optional<String> stampede(Situation situation) {
    var lately = situation.history().retriesSince(situation.now().minus(HOUR));
    return lately >= rules.maximumPerHour()
        ? Optional.of(
            lately
                + " builds of its project ran again within the last hour; "
                + rules.maximumPerHour()
                + " is most")
        : Optional.empty();
  }
}
