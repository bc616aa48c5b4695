package io.pullrescue.lambda;

import io.pullrescue.config.Mode;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.WorkloadRegistry;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;

/** Runs the diagnosis of a build whose log a test gives. */
final class DiagnosisFixture {
  private DiagnosisFixture() {}

  /** Diagnoses the build that the sample event names. */
  static void diagnose(
      Build build, List<String> log, String event, FakeSqs sqs, EventPublisher publisher) {
    var fixture = new CodeBuildFixture();
    fixture.codeBuild.add(build);
    fixture.logs.streams.put(TestFixtures.LOG_STREAM, log);
    new DiagnosisService(
            Mode.RESCUE,
            new FailureLoader(fixture.failureLoader(), new WorkloadRegistry()),
            new ReplicationPlanner(TestFixtures.MIRROR),
            new AccountContext(null, null, null, TestFixtures.MIRROR.prefixes().keySet()),
            sqs.replicationQueue(),
            publisher)
        .process(TestFixtures.event(event), TestFixtures.context(1000));
  }
}
