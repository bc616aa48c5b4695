package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RetryPlan.Leave;
import io.pullrescue.retry.RetryPlan.ReadBuildspec;
import io.pullrescue.retry.RetryPlan.StartBuild;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Plans for builds that failed, under rules, and what the plans are. */
record Planning(RetryRules rules) {
  static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  static final Instant NOW = Instant.parse("2026-06-15T10:31:04Z");
  static final Copy RUBY = copy("ruby:2.7");
  static final Copy NODE = copy("node:18");

  /** A build asked the mirror itself, before the copy was there. */
  static final Copy IN_THE_MIRROR = inTheMirror();

  static RetryPlan plan(SampleBuild build, Copy... copies) {
    return new Planning(RetryRules.USUAL).plan(build, List.of(), copies);
  }

  static RetryPlan goOn(ReadBuildspec open, String buildspec) {
    return new RetryPlanner(MIRROR, RetryRules.USUAL).plan(open, buildspec);
  }

  RetryPlan plan(SampleBuild build, List<Build> before, Copy... copies) {
    var project = new Project("shop", false, false);
    var situation = new Situation(build.build(), project, new History(before), NOW);
    return new RetryPlanner(MIRROR, rules).plan(situation, List.of(copies));
  }

  static StartBuild started(RetryPlan plan) {
    assertThat(plan).isInstanceOf(StartBuild.class);
    return (StartBuild) plan;
  }

  static ReadBuildspec open(RetryPlan plan) {
    assertThat(plan).isInstanceOf(ReadBuildspec.class);
    return (ReadBuildspec) plan;
  }

  static String why(RetryPlan plan) {
    assertThat(plan).isInstanceOf(Leave.class);
    return ((Leave) plan).why();
  }

  private static Copy copy(String name) {
    var image = ImageReference.of(name);
    var digest = Digest.of(name.getBytes(StandardCharsets.UTF_8));
    return new Copy(image, MIRROR.copyOf(image).orElseThrow(), digest);
  }

  private static Copy inTheMirror() {
    var reference = ImageReference.of(MIRROR.registry() + "/docker-hub/library/ruby:2.7");
    return new Copy(reference, reference, RUBY.digest());
  }
}
