package io.pullrescue.testing;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.codebuild.BuildClient;
import io.pullrescue.workload.codebuild.BuildFailureLoader;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetrier;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.BuildStarter;
import io.pullrescue.workload.codebuild.BuildspecFetcher;
import io.pullrescue.workload.codebuild.ProbeFetcher;
import io.pullrescue.workload.codebuild.ProbeStarter;
import io.pullrescue.workload.codebuild.ProjectUpdater;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrier;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The parts that load and retry builds, with all AWS APIs in memory. */
public final class CodeBuildFixture {
  public static final Instant NOW = Instant.parse("2026-06-15T10:31:04Z");

  public final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  public final FakeCodePipelineClient codePipeline = new FakeCodePipelineClient();
  public final FakeCodeCommitClient codeCommit = new FakeCodeCommitClient();
  public final FakeIam iam = new FakeIam();
  public final FakeCloudWatchLogsClient logs = new FakeCloudWatchLogsClient();

  public BuildFailureLoader failureLoader() {
    return new BuildFailureLoader(new BuildClient(codeBuild), logs.reader());
  }

  public BuildRetrier retrier(
      RetryConfig config, RequiredImageLookup imageLookup, EventPublisher publisher) {
    var planner = new BuildRetryPlanner(TestFixtures.MIRROR, config);
    var sourceFiles =
        new SourceFileReader(
            new WildcardMatcher(List.of()), FakeS3Client::new, "us-east-1", () -> codeCommit);
    var probeFetcher = new ProbeFetcher(new ProbeStarter(codeBuild), logs.reader());
    var executor =
        new BuildRetryExecutor(
            planner,
            new BuildspecFetcher(sourceFiles, probeFetcher),
            new ProjectUpdater(codeBuild, List.of()),
            new BuildStarter(codeBuild, List.of()),
            new ParentExecutionRetrier(() -> codePipeline, codeBuild),
            new PullPermissionCheck(
                () -> iam, TestFixtures.MIRROR, false, "arn:aws:iam::123456789012:policy/pull"),
            publisher);
    return new BuildRetrier(
        new BuildClient(codeBuild),
        failureLoader(),
        imageLookup,
        planner,
        executor,
        TestFixtures.RETRY_ROLE,
        InstantSource.fixed(NOW));
  }

  public BuildRecovery recovery(RetryConfig config, EventPublisher publisher) {
    return new BuildRecovery(
        TestFixtures.MIRROR,
        new BuildClient(codeBuild),
        new ProjectUpdater(codeBuild, List.of()),
        config.projectUpdates(),
        TestFixtures.RETRY_ROLE,
        publisher);
  }
}
