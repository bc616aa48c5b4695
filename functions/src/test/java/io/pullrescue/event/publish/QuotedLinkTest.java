package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.ReplicationPlan;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Publishes a line with a link, which anybody may have printed. */
final class QuotedLinkTest {
  @Test
  void summaryHasNoLinkOfALog() {
    var line =
        "Error response from daemon: toomanyrequests: You have reached your pull rate limit. Your"
            + " AWS session has expired, sign in again at https://signin-aws.example/login";
    var trigger = new Trigger.Build("shop:00000000-0000-4000-8000-000000000001", "shop");
    var failed =
        (PullFailed)
            new PullFailureDiagnoser()
                .diagnose(
                    new Failure(
                        trigger,
                        ImageReference.of("ruby:2.7"),
                        List.of(new LogExcerpt(LogExcerpt.TextSource.FAILING_COMMAND, line))));
    var event =
        new RescueEvent.Diagnosed(
            trigger,
            failed,
            new ReplicationPlan.ReportOnly("x"),
            new RemediationAdvisor()
                .advise(failed, new AccountContext(null, null, null, Set.of())));

    assertThat(PublishedEvent.of(event).summary()).doesNotContain("https://signin-aws.example");
  }
}
