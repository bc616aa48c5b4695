package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeCodePipelineClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.RetryRequestMessage;
import io.pullrescue.workload.codebuild.BuildStarter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.BuildSummary;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codebuild.model.Tag;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codepipeline.model.ConflictException;
import software.amazon.awssdk.services.codepipeline.model.NotLatestPipelineExecutionException;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

final class RetryServiceTest {
  private static final Retry REQUEST = TestFixtures.retryRequest("build");

  private final RetryFixture retries = new RetryFixture();
  private final CodeBuildFixture fixture = retries.builds;
  private final FakeCodeBuildClient codeBuild = fixture.codeBuild;
  private final TestFixtures.RecordingEventPublisher publisher = retries.publisher;

  @BeforeEach
  void createFailedBuild() {
    addBuildStartedBy("someone");
    fixture.logs.streams.put(TestFixtures.LOG_STREAM, TestFixtures.LOG);
  }

  @Test
  void retriesBuildWithMirroredImage() {
    assertThat(summary()).contains("started shop:again-1 (retry 1) with ruby:2.7");
    assertThat(codeBuild.startedBuilds).hasSize(1);
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
  }

  /** A retry that cannot pull fails again, and uses up one of the retries of the build. */
  @Test
  void skipsRetryWhoseRoleMayNotPull() {
    fixture.iam.deny("ecr:GetAuthorizationToken", PolicyEvaluationDecisionType.IMPLICIT_DENY);

    assertThat(summary())
        .endsWith(
            "its role shop-builds may not pull from the mirror: no policy allows"
                + " ecr:GetAuthorizationToken; run: aws iam attach-role-policy --role-name shop-builds"
                + " --policy-arn arn:aws:iam::123456789012:policy/pull");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void retriesAndSaysWhenNothingIsKnownAboutRole() {
    fixture.iam.errorCode = "AccessDenied";

    assertThat(summary())
        .contains("started shop:again-1")
        .contains("it is not known whether its role may pull from the mirror");
  }

  @Test
  void retryReadsBuildAndProjectOnce() {
    summary();

    assertThat(codeBuild.calls)
        .containsExactly(
            "BatchGetBuilds",
            "BatchGetProjects",
            "ListBuildsForProject",
            "BatchGetBuilds",
            "StartBuild");
  }

  @Test
  void projectUpdateReadsProjectAgain() {
    addBuildOfPipeline();
    allowProjectUpdates();

    summary();

    assertThat(codeBuild.calls)
        .containsExactly(
            "BatchGetBuilds",
            "BatchGetProjects",
            "ListBuildsForProject",
            "BatchGetBuilds",
            "BatchGetProjects",
            "UpdateProject");
  }

  @Test
  void retryReachesStartBuildThroughFewClasses() {
    summary();

    var classes =
        codeBuild.startBuildStack.stream()
            .map(StackWalker.StackFrame::getClassName)
            .filter(name -> name.startsWith("io.pullrescue."))
            .filter(name -> !name.endsWith("Test") && !name.contains(".testing."))
            .map(name -> name.replaceFirst("\\$.*", ""))
            .distinct();
    // RetryHandler and SqsMessageHandler come before these.
    assertThat(classes).contains(BuildStarter.class.getName()).hasSizeLessThanOrEqualTo(10);
  }

  /** The most common kind of build: a webhook of GitHub started it for a pushed commit. */
  @Test
  void retriesBuildThatPushStarted() {
    var commit = "6f1c0a6d".repeat(5);
    codeBuild.add(
        SampleBuild.from(TestFixtures.failedBuild())
            .withInitiator("GitHub-Hookshot/8f2c1d7")
            .withSource(
                SampleBuild.source(
                    "GITHUB", "https://github.com/shop/shop.git", SampleBuild.BUILDSPEC),
                commit)
            .withSourceVersion(commit, commit)
            .withEndTime(CodeBuildFixture.NOW.minusSeconds(60))
            .build());

    assertThat(summary()).contains("started shop:again-1 (retry 1) with ruby:2.7");
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.sourceVersion()).isEqualTo(commit);
          assertThat(request.reportBuildStatusOverride()).isTrue();
        });
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(Retried.class))
        .satisfies(retried ->
            assertThat(retried.caveats())
                .anyMatch(caveat -> caveat.contains("CODEBUILD_WEBHOOK_ variables")));
  }

  /** botocore: StartBuild throws it when too many builds of the account run or wait. */
  @Test
  void waitsWhileAccountLimitIsReached() {
    codeBuild.startBuildError =
        AccountLimitExceededException.builder()
            .awsErrorDetails(
                FakeCodeBuildClient.errorDetails(
                    "AccountLimitExceededException",
                    "Cannot have more than 1 builds in queue for the account"))
            .build();
    var reason =
        "CodeBuild starts no more builds of this account for now: Cannot have more than 1 builds in"
            + " queue for the account";

    for (var waits = 0; waits < 4; waits++) {
      assertThat(summary(RetryFixture.waited(REQUEST, waits))).isEqualTo("sent again: " + reason);
    }
    assertThat(retries.queue.messages)
        .extracting(message ->
            ((Retry) RetryRequestMessage.parse(message.body(), "1").orElseThrow()).notBefore())
        .containsExactly(
            retries.now.plusSeconds(60),
            retries.now.plusSeconds(300),
            retries.now.plusSeconds(900),
            retries.now.plusSeconds(1800));
    summary(RetryFixture.waited(REQUEST, 4));
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(RetrySkipped::reason)
        .isEqualTo("timed out while waiting: " + reason);
  }

  /** The errors of StartBuild in botocore's model, and those that all services have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "InvalidInputException",
        "ResourceNotFoundException",
        "AccessDeniedException",
        "AccountSuspendedException",
        "OAuthProviderException"
      })
  void skipsRetryThatCodeBuildRejects(String code) {
    codeBuild.startBuildError = codeBuildError(400, code, "Max buildspec length is 25600");

    assertThat(summary()).endsWith("CodeBuild rejected the retry: Max buildspec length is 25600");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @ParameterizedTest
  @CsvSource({"400, ThrottlingException, Rate exceeded", "500, InternalFailure, ''"})
  void waitsWhileCodeBuildDoesNotAnswer(int status, String code, String message) {
    codeBuild.startBuildError = codeBuildError(status, code, message);

    assertThat(summary())
        .isEqualTo(
            "sent again: CodeBuild does not answer for now: "
                + (message.isEmpty() ? code : message));
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void reportsBatchRetryThatCodeBuildRejects() {
    setBuildspecOfProject();
    addBuildOfBatch(0);
    allowProjectUpdates();
    codeBuild.retryBatchError = codeBuildError(400, "InvalidInputException", "cannot be retried");

    assertThat(summary()).endsWith("CodeBuild rejected the retry: cannot be retried");
    assertProjectIsRestored();
  }

  @Test
  void waitsWhilePipelineIsBusy() {
    addBuildOfPipeline();
    allowProjectUpdates();
    fixture.codePipeline.retryError =
        ConflictException.builder()
            .awsErrorDetails(
                FakeCodePipelineClient.errorDetails("ConflictException", "the pipeline is busy"))
            .build();

    assertThat(summary()).isEqualTo("sent again: CodePipeline is busy: the pipeline is busy");
    assertProjectIsRestored();
  }

  /** AWS does not document which settings RetryBuildBatch uses. */
  @Test
  void restoresProjectWhoseUpdateDoesNotReachBatch() {
    setBuildspecOfProject();
    addBuildOfBatch(0);
    allowProjectUpdates();

    assertThat(summary()).contains("started the failed builds of batch build shop:batch");
    assertThat(codeBuild.projectUpdates).hasSize(1);
    addBuildOfBatch(1);

    assertThat(summary())
        .contains("its batch build was already retried, without the mirrored image");
    assertThat(codeBuild.retriedBatches).hasSize(1);
    assertProjectIsRestored();
    assertThat(summary()).contains("its batch build was already retried");
    assertThat(codeBuild.projectUpdates).hasSize(2);
  }

  @Test
  void retriesBatchThatReadsUpdatedProject() {
    setBuildspecOfProject();
    addBuildOfBatch(0);
    allowProjectUpdates();
    summary();
    addBuildOfBatch(1);
    var variables = new HashMap<String, String>();
    codeBuild.project.environment().environmentVariables().stream()
        .filter(variable -> !variable.name().equals("PULL_RESCUE_IMAGES"))
        .forEach(variable -> variables.put(variable.name(), variable.value()));
    codeBuild.add(
        SampleBuild.from(TestFixtures.failedBuild())
            .withInitiator("alice")
            .inBuildBatch()
            .withVariables(variables)
            .withBuildspec(codeBuild.project.source().buildspec())
            .build());

    assertThat(summary()).contains("started the failed builds of batch build shop:batch (retry 2)");
  }

  @Test
  void skipsStageThatNewerExecutionReplaced() {
    addBuildOfPipeline();
    allowProjectUpdates();
    fixture.codePipeline.inboundExecutionId = "execution-2";

    assertThat(summary()).contains("a newer execution waits for stage Build of its pipeline shop");
    fixture.codePipeline.inboundExecutionId = null;
    fixture.codePipeline.retryError =
        NotLatestPipelineExecutionException.builder()
            .awsErrorDetails(
                FakeCodePipelineClient.errorDetails(
                    "NotLatestPipelineExecutionException", "out of date"))
            .build();
    assertThat(summary()).endsWith("CodePipeline rejected the retry: out of date");
    assertProjectIsRestored();
  }

  @Test
  void retriesBuildOnlyOnce() {
    summary();

    assertThat(summary()).contains("was already retried as shop:again-1");
    assertThat(codeBuild.startedBuilds).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void waitsUntilAllImagesOfBuildAreMirrored() {
    var other = ImageReference.of("quay.io/ruby:2.7");
    var mirroredImages = new HashMap<>(mirrored(TestFixtures.RUBY));
    retries.imageLookup = TestFixtures.imageLookup(publisher, mirroredImages);
    failToPullFromTwoRegistries();

    assertThat(summary(RetryFixture.waited(REQUEST, 2)))
        .isEqualTo(
            "waiting: "
                + TestFixtures.BUILD
                + " also needs quay.io/ruby:2.7, which is not mirrored yet");

    mirroredImages.putAll(mirrored(other));
    retries.process(Retry.of(REQUEST.trigger(), other).orElseThrow());
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(FakeCodeBuildClient.variables(request).get("PULL_RESCUE_IMAGES"))
                .contains("docker.io/library/ruby:2.7=", "quay.io/ruby:2.7="));
  }

  /** The list of a repository may lag: then the request for the last image is the only one left. */
  @Test
  void lastRequestFindsImageThatIsListedLate() {
    var mirroredImages = new HashMap<>(mirrored(ImageReference.of("quay.io/ruby:2.7")));
    retries.imageLookup = TestFixtures.imageLookup(publisher, mirroredImages);
    failToPullFromTwoRegistries();
    var last = Retry.of(REQUEST.trigger(), ImageReference.of("quay.io/ruby:2.7")).orElseThrow();

    assertThat(summary(last)).startsWith("sent again: ").contains("also needs ruby:2.7");

    mirroredImages.putAll(mirrored(TestFixtures.RUBY));
    summary(RetryFixture.waited(last, 1));
    assertThat(codeBuild.startedBuilds).hasSize(1);
  }

  @Test
  void publishesReasonForSkippedRetry() {
    retries.config =
        TestFixtures.retryConfig(0, 20, ProjectUpdateMode.OFF, ImageSubstitution.MIRROR);

    assertThat(summary()).contains("did not retry").contains("`maxRetries` is 0");
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(retrySkipped -> PublishedEvent.of(retrySkipped).detailType())
        .isEqualTo("Retry Skipped");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void retriesNothingUnlessModeIsRescue() {
    retries.mode = Mode.REPLICATE;

    assertThat(summary()).isEqualTo("ignored: nothing is retried because the mode is `replicate`");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  /** They were there when they were diagnosed, so the answer of the API may be an old one. */
  @Test
  void looksAgainForTaskAndJobAndThenReports() {
    retries.config = allWorkloads();
    retries.workloads = SampleWorkloads.registry(null, null, retries.imageLookup, publisher);
    var task = TestFixtures.retryRequest("task");
    var job = TestFixtures.retryRequest("job");

    assertThat(summary(task)).startsWith("sent again: ECS task ");
    assertThat(summary(job)).startsWith("sent again: Batch job ");
    assertThat(publisher.events).isEmpty();

    assertThat(summary(RetryFixture.waited(task, 2))).contains("did not retry", "no longer exists");
    assertThat(summary(RetryFixture.waited(job, 2))).contains("did not retry", "no longer exists");
    assertThat(publisher.events).hasSize(2).allMatch(RetrySkipped.class::isInstance);
  }

  @Test
  void readsNoTaskOrJobThatSettingsDoNotRetry() {
    assertThat(summary(TestFixtures.retryRequest("task")))
        .isEqualTo("ignored: nothing is retried because `ecsRetry` is `off`");
    assertThat(summary(TestFixtures.retryRequest("job")))
        .isEqualTo("ignored: nothing is retried because `batchRetry` is `off`");
  }

  @Test
  void looksAgainForBuildAndThenReports() {
    codeBuild.builds.clear();

    assertThat(summary())
        .isEqualTo(
            "sent again: CodeBuild has no build "
                + TestFixtures.BUILD
                + " in this Region any more");
    assertThat(publisher.events).isEmpty();

    assertThat(summary(RetryFixture.waited(REQUEST, 2))).contains("did not retry", "has no build");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @Test
  void publishesNoEnvironmentVariables() {
    summary();

    assertThat(PublishedEvent.of(publisher.events.getFirst()).detail())
        .doesNotContain(TestFixtures.SECRET);
    assertThat(publisher.events.toString()).doesNotContain(TestFixtures.SECRET);
  }

  @Test
  void retriesPipelineStageThatRefersToMirror() {
    addBuildStartedBy("codepipeline/shop");
    failOnMissing(TestFixtures.MIRROR.mirrorReference(TestFixtures.RUBY).orElseThrow());

    assertThat(summary()).contains("started the failed actions of stage Build");
    assertThat(fixture.codePipeline.retries)
        .singleElement()
        .extracting(RetryStageExecutionRequest::pipelineName)
        .isEqualTo("shop");
    assertThat(codeBuild.projectUpdates).isEmpty();
  }

  @Test
  void updatesPipelineProjectWhenAllowed() {
    addBuildOfPipeline();
    allowProjectUpdates();

    assertThat(summary()).contains("by image substitution set in the project");
    assertThat(codeBuild.projectUpdates)
        .singleElement()
        .satisfies(request -> assertThat(request.source().buildspec()).contains(": pull-rescue"));
    assertThat(fixture.codePipeline.retries).hasSize(1);
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void updatesNoProjectBeforeStageHasEnded() {
    addBuildOfPipeline();
    allowProjectUpdates();
    fixture.codePipeline.status = StageExecutionStatus.IN_PROGRESS;
    var reason = "stage Build of its pipeline shop has not ended";

    assertThat(summary()).isEqualTo("sent again: " + reason);
    assertThat(summary(RetryFixture.waited(REQUEST, 4)))
        .isEqualTo(
            TestFixtures.BUILD
                + ": did not retry "
                + TestFixtures.BUILD
                + ": timed out while waiting: "
                + reason);
    fixture.codePipeline.status = StageExecutionStatus.STOPPED;
    assertThat(summary()).contains("is Stopped, not Failed");
    fixture.codePipeline.status = StageExecutionStatus.FAILED;
    fixture.codePipeline.manualRetries = 3;
    assertThat(summary()).contains("it is already retry 3 (`maxRetries` is 3)");
    assertThat(codeBuild.projectUpdates).isEmpty();
    assertThat(fixture.codePipeline.retries).isEmpty();
  }

  @Test
  void skipsOptedOutProjectsAndRunnerProjects() {
    codeBuild.project =
        SampleBuild.project().toBuilder()
            .tags(Tag.builder().key("pull-rescue").value("off").build())
            .build();
    assertThat(summary()).contains("has the tag pull-rescue = off");
    var filter = WebhookFilter.builder().type("EVENT").pattern("WORKFLOW_JOB_QUEUED").build();
    codeBuild.project =
        SampleBuild.project().toBuilder()
            .webhook(webhook -> webhook.filterGroups(List.of(List.of(filter))))
            .build();
    assertThat(summary()).contains("runs jobs of another CI service");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  private void addBuildStartedBy(String initiator) {
    codeBuild.add(SampleBuild.from(TestFixtures.failedBuild()).withInitiator(initiator).build());
  }

  private void allowProjectUpdates() {
    retries.config =
        TestFixtures.retryConfig(3, 20, ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.MIRROR);
  }

  /** Makes the buildspec of the build that of its project. */
  private void addBuildOfPipeline() {
    addBuildStartedBy("codepipeline/shop");
    setBuildspecOfProject();
  }

  private void setBuildspecOfProject() {
    codeBuild.project =
        SampleBuild.project().toBuilder().source(TestFixtures.failedBuild().source()).build();
  }

  /** Adds a build of a batch that has failed after this number of retries. */
  private void addBuildOfBatch(int retries) {
    codeBuild.add(
        SampleBuild.from(TestFixtures.failedBuild()).withInitiator("alice").inBuildBatch().build());
    codeBuild.buildBatch =
        BuildBatch.builder()
            .id("shop:batch")
            .initiator("alice")
            .buildBatchStatus(StatusType.FAILED)
            .buildGroups(
                BuildGroup.builder()
                    .currentBuildSummary(summary ->
                        summary.arn(
                            "arn:aws:codebuild:us-east-1:123456789012:build/" + TestFixtures.BUILD))
                    .priorBuildSummaryList(
                        Collections.nCopies(retries, BuildSummary.builder().build()))
                    .build())
            .build();
  }

  private void assertProjectIsRestored() {
    assertThat(codeBuild.project.environment()).isEqualTo(SampleBuild.project().environment());
    assertThat(codeBuild.project.source()).isEqualTo(TestFixtures.failedBuild().source());
  }

  private static AwsServiceException codeBuildError(int status, String code, String message) {
    return CodeBuildException.builder()
        .statusCode(status)
        .awsErrorDetails(FakeCodeBuildClient.errorDetails(code, message))
        .build();
  }

  private static RetryConfig allWorkloads() {
    return TestFixtures.retryConfig(WorkloadRetryMode.ALL, WorkloadRetryMode.ALL);
  }

  private static Map<ImageReference, MirroredImage> mirrored(ImageReference image) {
    return Map.of(image, TestFixtures.mirroredImage(image));
  }

  private void failToPullFromTwoRegistries() {
    var log = new ArrayList<>(TestFixtures.LOG.subList(0, 2));
    log.add("STEP 1: FROM ruby:2.7");
    log.add("Trying to pull docker.io/library/ruby:2.7...");
    log.add("Trying to pull quay.io/ruby:2.7...");
    log.add("Error: error creating build container: 2 errors occurred while pulling:");
    log.add(
        " * Error initializing source docker://ruby:2.7: Error reading manifest 2.7 in"
            + " docker.io/library/ruby: toomanyrequests: You have reached your pull rate limit.");
    log.add(
        " * Error initializing source docker://quay.io/ruby:2.7: Error reading manifest 2.7 in"
            + " quay.io/ruby: toomanyrequests: You have reached your pull rate limit.");
    log.addAll(TestFixtures.LOG.subList(4, 6));
    fixture.logs.streams.put(TestFixtures.LOG_STREAM, log);
  }

  private void failOnMissing(ImageReference mirrorReference) {
    var log = new ArrayList<>(TestFixtures.LOG);
    log.set(2, "Step 1/2 : FROM " + mirrorReference);
    log.set(3, "manifest for " + mirrorReference + " not found: manifest unknown");
    fixture.logs.streams.put(TestFixtures.LOG_STREAM, log);
  }

  private String summary() {
    return summary(REQUEST);
  }

  private String summary(Retry request) {
    return ((Completed) retries.process(request)).summary();
  }
}
