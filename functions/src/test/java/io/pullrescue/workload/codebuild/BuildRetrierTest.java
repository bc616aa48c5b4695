package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCloudWatchLogsClient;
import io.pullrescue.testing.FakeCodePipelineClient;
import io.pullrescue.testing.FakeS3Client;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrier;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;

/** Retries builds with settings that are newer than the model of the SDK. */
final class BuildRetrierTest {
  private static final String ENVIRONMENT =
      """
      {"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": "ruby:2.7", "privilegedMode": false,
       "environmentVariables": [], "hostKernel": {"version": "%s"}}
      """;

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();

  @BeforeEach
  void answerStart() {
    aws.respondTo("StartBuild", "{\"build\": {\"id\": \"shop:again\"}}");
  }

  /** {@code hostKernelOverride} is newer than the model of this SDK, which cannot send it. */
  @Test
  void skipsBuildWhoseUnknownOverridesWouldBeLost() {
    retry("6.1", "5.10");

    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(RetrySkipped::reason)
        .isEqualTo(
            "it was started with settings that this version does not know (environment.hostKernel),"
                + " so that a retry would lose them; start it again as it was started");
  }

  /** A build has what its project has, and results that are no settings. */
  @Test
  void retriesBuildWithUnknownSettingsOfProject() {
    retry("6.1", "6.1");

    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
  }

  /** CodeBuild pulls the environment image, by the policy of its repository. */
  @Test
  void needsNoRoleForEnvironmentImage() {
    retry("6.1", "6.1");

    assertThat(publisher.lastEvent())
        .asInstanceOf(type(Retried.class))
        .satisfies(retried ->
            assertThat(retried.caveats()).noneMatch(caveat -> caveat.contains("may pull")));
  }

  private void retry(String kernelOfBuild, String kernelOfProject) {
    aws.respondTo("BatchGetBuilds", build(kernelOfBuild))
        .respondTo("BatchGetProjects", project(kernelOfProject));
    var codeBuild = aws.client(CodeBuildClient.builder());
    var logs = new FakeCloudWatchLogsClient();
    var buildClient = new BuildClient(codeBuild);
    var planner = new BuildRetryPlanner(TestFixtures.MIRROR, RetryConfig.DEFAULTS);
    var sourceFiles =
        new SourceFileReader(
            new WildcardMatcher(List.of()),
            FakeS3Client::new,
            "us-east-1",
            () -> {
              throw new AssertionError("reads no source");
            });
    var retrier =
        new BuildRetrier(
            buildClient,
            new BuildFailureLoader(buildClient, logs.reader()),
            TestFixtures.imageLookup(publisher),
            planner,
            new BuildRetryExecutor(
                planner,
                new BuildspecFetcher(sourceFiles, null),
                new ProjectUpdater(codeBuild, List.of()),
                new BuildStarter(codeBuild, List.of()),
                new ParentExecutionRetrier(FakeCodePipelineClient::new, codeBuild),
                new PullPermissionCheck(null, TestFixtures.MIRROR, false, null),
                publisher),
            TestFixtures.RETRY_ROLE,
            InstantSource.fixed(CodeBuildFixture.NOW));
    retrier.retry(new BuildFailed(TestFixtures.BUILD), TestFixtures.retryRequest("build"));
  }

  private static String build(String kernel) {
    return """
    {"builds": [{"id": "%s", "projectName": "shop", "buildStatus": "FAILED", "future": 1,
      "startTime": 1781519400, "endTime": 1781519460, "initiator": "alice",
      "phases": [{"phaseType": "PROVISIONING", "phaseStatus": "FAILED", "contexts": [
        {"statusCode": "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
         "message": "toomanyrequests: You have reached your pull rate limit."}]}],
      "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2\\nphases: {}"},
      "environment": %s}]}\
    """
        .formatted(TestFixtures.BUILD, ENVIRONMENT.formatted(kernel));
  }

  private static String project(String kernel) {
    return """
    {"projects": [{"name": "shop",
      "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2\\nphases: {}"},
      "environment": %s}]}\
    """
        .formatted(ENVIRONMENT.formatted(kernel));
  }
}
