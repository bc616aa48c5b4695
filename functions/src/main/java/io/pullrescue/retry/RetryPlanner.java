package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RetryPlan.Leave;
import io.pullrescue.retry.RetryPlan.ReadBuildspec;
import io.pullrescue.retry.RetryPlan.RetryWhole;
import io.pullrescue.retry.RetryPlan.Running;
import io.pullrescue.retry.RetryPlan.StartBuild;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides how a failed build runs again, so that it uses the copies. Pure; never a loop. */
public final class RetryPlanner {
  private final Mirror mirror;
  private final RetryRules rules;
  private final Restraint restraint;
  private final RescueScript script;

  /** Plans with the copies of this mirror, as far as these rules go. */
  public RetryPlanner(Mirror mirror, RetryRules rules) {
    this.mirror = mirror;
    this.rules = rules;
    this.restraint = new Restraint(rules);
    this.script = new RescueScript(mirror, rules.commands());
  }

  /** The plan for this build, now that these copies are in the mirror. */
  public RetryPlan plan(Situation situation, List<Copy> copies) {
    var build = situation.build();
    var chain = Chain.of(build, mirror);
    return restraint
        .reason(situation, chain, copies)
        .<RetryPlan>map(Leave::new)
        .or(() -> situation.history().startedAs(chain.next(copies)).map(Running::new))
        .orElseGet(() -> start(build, chain.next(copies)));
  }

  /** How the plan goes on, now that this text was read where the buildspec is kept. */
  public RetryPlan plan(ReadBuildspec open, String buildspec) {
    return withRescueCommands(open.original(), open.chain(), buildspec);
  }

  /** How the plan goes on, now that the stage or batch is known to have been retried so often. */
  public Optional<Leave> objection(Readiness.Ready ready) {
    return restraint.tooMany(ready.retries()).map(Leave::new);
  }

  private RetryPlan start(Build build, Chain chain) {
    if (namesTheMirror(chain) && (whole(build).isPresent() || !isProvisioning(build))) {
      return run(build, chain, null, null);
    }
    if (whole(build).isPresent() && rules.projectChanges() == ProjectChanges.OFF) {
      return new Leave(
          takesNoOverrides(build)
              + "; point the reference at "
              + chain.copies().getLast().copy()
              + ", or allow pull-rescue to change projects (the setting projectChanges)");
    }
    return isProvisioning(build) ? inTheCopy(build, chain) : withRescueCommands(build, chain);
  }

  /** What names the mirror itself finds the copies without being changed. */
  private boolean namesTheMirror(Chain chain) {
    return chain.copies().stream().allMatch(copy -> mirror.upstreamOf(copy.image()).isPresent());
  }

  private static boolean isProvisioning(Build build) {
    return build.failedPhase().filter(Build.Phase::isProvisioning).isPresent();
  }

  private static String takesNoOverrides(Build build) {
    return build.batch() == null
        ? "CodePipeline started it, and a pipeline retries with what the project says"
        : "it is part of a batch build, which retries with what the project says";
  }

  private RetryPlan inTheCopy(Build build, Chain chain) {
    var place = ImageReference.parse(build.environment().image()).flatMap(mirror::placeOf);
    var copy =
        chain.copies().stream().filter(it -> place.equals(mirror.placeOf(it.image()))).findAny();
    if (copy.isEmpty()) {
      return new Leave("its environment image is not among the images that were copied");
    }
    return build.environment().registryCredential()
        ? new Leave(
            "its project pulls the environment image with a registry credential, which CodeBuild"
                + " does not allow for an image in ECR; set the project's image to "
                + copy.get().copy())
        : run(build, chain, copy.get().copy(), null);
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
        .map(text -> run(build, chain, null, text))
        .orElseGet(() -> new Leave("its buildspec has no list of commands that could be added to"));
  }

  /** Who starts it decides who can start it again, and where what it needs is put. */
  private static RetryPlan run(
      Build build, Chain chain, @Nullable ImageReference image, @Nullable String buildspec) {
    var change =
        image == null && buildspec == null
            ? null
            : new ProjectChange(build.project(), chain, image, buildspec);
    return whole(build)
        .<RetryPlan>map(whole -> new RetryWhole(build, chain, whole, change))
        .orElseGet(() -> new StartBuild(build, chain, image, buildspec));
  }

  private static Optional<Whole> whole(Build build) {
    return build.batch() == null
        ? build.pipeline().map(Whole.Stage::new)
        : Optional.of(new Whole.Batch(build.batch()));
  }
}
