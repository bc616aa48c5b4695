package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RetryPlan.Leave;
import io.pullrescue.retry.RetryPlan.ReadBuildspec;
import io.pullrescue.retry.RetryPlan.StartBuild;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides how a failed build runs again, so that it uses the copies. Pure; never a loop. */
public final class RetryPlanner {
  private final Mirror mirror;
  private final int maximumAttempts;
  private final RescueScript script;

  /** Plans with the copies of this mirror, and gives one origin at most this many retries. */
  public RetryPlanner(Mirror mirror, int maximumAttempts, RescueCommands commands) {
    this.mirror = mirror;
    this.maximumAttempts = maximumAttempts;
    this.script = new RescueScript(mirror, commands);
  }

  /** The plan for this build, now that these copies are in the mirror. */
  public RetryPlan plan(Build build, List<Copy> copies) {
    var chain = Chain.of(build, mirror);
    return objection(build)
        .or(() -> endOfChain(chain, copies))
        .<RetryPlan>map(Leave::new)
        .orElseGet(() -> start(build, chain.next(copies)));
  }

  /** How the plan goes on, now that this text was read where the buildspec is kept. */
  public RetryPlan plan(ReadBuildspec open, String buildspec) {
    return withRescueCommands(open.original(), open.chain(), buildspec);
  }

  private static Optional<String> objection(Build build) {
    if (build.isProbe()) {
      return Optional.of("it is a probe of pull-rescue's own, which nothing waits for");
    }
    if (!build.failed() || build.failedPhase().isEmpty()) {
      return Optional.of("it is " + build.status() + ", not failed");
    }
    if (build.retriedByCodeBuild()) {
      return Optional.of("CodeBuild's own auto-retry has started the next build already");
    }
    if (build.partOfBatch()) {
      return Optional.of(
          "it is part of a batch build, which takes no other image or buildspec; retry the failed"
              + " builds of the batch once its references point at the mirror");
    }
    return build.initiator().startsWith("codepipeline/")
        ? Optional.of(
            "CodePipeline started it, and a pipeline retries with what the project says; point the"
                + " reference at the mirror, then retry the stage")
        : Optional.empty();
  }

  /** A copy that was there and did not help will not help the next time. */
  private Optional<String> endOfChain(Chain chain, List<Copy> copies) {
    var rescued = chain.copies().stream().map(Copy::image).toList();
    var again =
        copies.stream()
            .map(Copy::image)
            .filter(rescued::contains)
            .map(ImageReference::familiar)
            .collect(Collectors.joining(", "));
    if (!again.isEmpty()) {
      return Optional.of(
          "it is a retry that already had the copy of " + again + " and failed on it all the same");
    }
    return chain.attempt() >= maximumAttempts
        ? Optional.of("it is retry number " + chain.attempt() + "; " + maximumAttempts + " is most")
        : Optional.empty();
  }

  private RetryPlan start(Build build, Chain chain) {
    return build.failedPhase().filter(Build.Phase::isProvisioning).isPresent()
        ? inTheCopy(build, chain)
        : withRescueCommands(build, chain);
  }

  private static RetryPlan inTheCopy(Build build, Chain chain) {
    var image = ImageReference.parse(build.environment().image());
    var copy =
        chain.copies().stream()
            .filter(it -> image.filter(it.image()::equals).isPresent())
            .findAny();
    if (copy.isEmpty()) {
      return new Leave("its environment image is not among the images that were copied");
    }
    return build.environment().registryCredential()
        ? new Leave(
            "its project pulls the environment image with a registry credential, which CodeBuild"
                + " does not allow for an image in ECR; set the project's image to "
                + copy.get().copy())
        : new StartBuild(build, chain, copy.get().copy(), null);
  }

  private RetryPlan withRescueCommands(Build build, Chain chain) {
    if (!build.environment().privileged()) {
      return new Leave(
          "it runs without privileged mode, so no docker daemon that could be given the copies;"
              + " point the reference at "
              + chain.copies().getLast().copy());
    }
    return switch (BuildspecPlace.of(build.source().buildspec())) {
      case BuildspecPlace.Inline it -> withRescueCommands(build, chain, it.text());
      case BuildspecPlace.Elsewhere it -> new ReadBuildspec(build, chain, it);
      case BuildspecPlace.Unclear it -> new Leave(it.why());
    };
  }

  private RetryPlan withRescueCommands(Build build, Chain chain, String text) {
    var buildspec = Buildspec.parse(text);
    if (buildspec.isEmpty()) {
      return new Leave(Buildspec.refusal(text));
    }
    return buildspec
        .get()
        .objection()
        .<RetryPlan>map(Leave::new)
        .orElseGet(() -> edited(build, chain, buildspec.get()));
  }

  private RetryPlan edited(Build build, Chain chain, Buildspec buildspec) {
    return buildspec
        .withFirstCommand(script.of(chain.copies()))
        .<RetryPlan>map(text -> new StartBuild(build, chain, null, text))
        .orElseGet(() -> new Leave("its buildspec has no list of commands that could be added to"));
  }
}
