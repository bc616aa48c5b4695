package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Origin;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement.Recovered;
import io.pullrescue.retry.Chain;
import io.pullrescue.retry.ProjectChange;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AftermathTest {
  private static final String GREEN = "shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92";
  private static final Instant FAILED = Instant.parse("2026-06-15T10:31:04Z");
  private static final Chain CHAIN =
      new Chain(Rescued.BUILD, 1, List.of(Rescued.copy(Rescued.RUBY)));

  private final Account account = new Account();
  private final Rescued.Ears ears = new Rescued.Ears();
  private ProjectChanges changes = ProjectChanges.UNTIL_GREEN;

  @BeforeEach
  void aBuildFailedAndRanAgain() {
    account.builds.put(Rescued.BUILD, ended(Rescued.BUILD, "FAILED", FAILED).build());
    account.builds.put(GREEN, green("SUCCEEDED"));
  }

  @Test
  void tellsHowLongItTookFromRedToGreen() {
    assertThat(done()).isEqualTo(GREEN + " is green, 42 s after " + Rescued.BUILD + " failed");
    assertThat(ears.last())
        .isEqualTo(
            new Recovered(
                new Origin.Build(Rescued.BUILD, "shop"), GREEN, Duration.ofSeconds(42), false));
  }

  @Test
  void tellsNoTimeWhereTheFirstBuildIsForgotten() {
    account.builds.remove(Rescued.BUILD);

    assertThat(done()).isEqualTo(GREEN + " is green");
  }

  @Test
  void takesTheCopyOutOfTheProject() {
    account.changes.add(new ProjectChange("shop", CHAIN, null, "version: 0.2"));

    assertThat(done()).endsWith("; its project is again as it was");
    assertThat(account.changes).isEmpty();
  }

  @Test
  void leavesTheCopyInTheProjectWhereTheOperatorWantsItKept() {
    account.changes.add(new ProjectChange("shop", CHAIN, null, "version: 0.2"));
    changes = ProjectChanges.KEPT;

    assertThat(done()).doesNotContain("again as it was");
    assertThat(account.changes).hasSize(1);
  }

  @Test
  void believesNoEventThatTheServiceDoesNotConfirm() {
    account.builds.put(GREEN, green("FAILED"));
    assertThat(done()).startsWith("ignored: ");
    account.builds.put(GREEN, ended(GREEN, "SUCCEEDED", FAILED).withVariables(Map.of()).build());
    assertThat(done()).startsWith("ignored: ");
    account.builds.remove(GREEN);
    assertThat(done()).startsWith("ignored: ");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void givesAProjectBackByHand() {
    account.changes.add(new ProjectChange("shop", CHAIN, null, "version: 0.2"));

    assertThat(aftermath().undo("shop"))
        .isEqualTo(new Done("project shop is again as it was before pull-rescue changed it"));
    assertThat(aftermath().undo("shop"))
        .isEqualTo(new Done("ignored: project shop holds no change of pull-rescue's"));
  }

  private String done() {
    return ((Done) aftermath().green(GREEN)).summary();
  }

  private Aftermath aftermath() {
    return new Aftermath(Rescued.MIRROR, account, account, changes, ears);
  }

  private static Build green(String status) {
    return ended(GREEN, status, FAILED.plusSeconds(42)).withVariables(CHAIN.variables()).build();
  }

  private static SampleBuild ended(String id, String status, Instant end) {
    return SampleBuild.like(Rescued.failedBuild())
        .withId(id)
        .withStatus(status)
        .withPhases(new Phase("BUILD", status, "", end.minusSeconds(10), end));
  }
}
