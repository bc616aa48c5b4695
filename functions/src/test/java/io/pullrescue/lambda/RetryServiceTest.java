package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.codebuild.BuildStarter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codebuild.model.Tag;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codepipeline.model.NotLatestPipelineExecutionException;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;

final class RetryServiceTest {
  private static final String REPLICATED = "pull-rescue/image-replicated.json";

  private final CodeBuildFixture fixture = new CodeBuildFixture();
  private final FakeCodeBuildClient codeBuild = fixture.codeBuild;
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final Map<ImageReference, MirroredImage> mirroredImages = new HashMap<>();
  private Mode mode = Mode.RESCUE;
  private ProjectUpdateMode projectUpdateMode = ProjectUpdateMode.OFF;
  private int maxRetries = 3;

  @BeforeEach
  void createFailedBuild() {
    addBuildStartedBy("someone");
  }

  @Test
  void retriesBuildWithMirroredImage() {
    assertThat(summary(REPLICATED)).contains("started shop:again-1 (retry 1) with ruby:2.7");
    assertThat(codeBuild.startedBuilds).hasSize(1);
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
  }

  @Test
  void retryReadsBuildAndProjectOnce() {
    summary(REPLICATED);

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
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;

    summary(REPLICATED);

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
    summary(REPLICATED);

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

    assertThat(summary(REPLICATED)).contains("started shop:again-1 (retry 1) with ruby:2.7");
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
            .message("Cannot have more than 1 builds in queue for the account")
            .build();
    var reason =
        "CodeBuild starts no more builds of this account for now: Cannot have more than 1 builds in"
            + " queue for the account";

    assertThat(
            List.of(1, 2, 3, 4).stream()
                .map(receive ->
                    service().process(messageReceived(receive), TestFixtures.context(1))))
        .containsExactly(
            new RetryAfter(reason, Duration.ofMinutes(1)),
            new RetryAfter(reason, Duration.ofMinutes(5)),
            new RetryAfter(reason, Duration.ofMinutes(15)),
            new RetryAfter(reason, Duration.ofMinutes(30)));
    assertThat(service().process(messageReceived(5), TestFixtures.context(1)))
        .isInstanceOf(Completed.class);
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(RetrySkipped::reason)
        .isEqualTo("timed out while waiting: " + reason);
  }

  @Test
  void skipsRetryThatCodeBuildRejects() {
    codeBuild.startBuildError =
        InvalidInputException.builder().message("Max buildspec length is 25600").build();

    assertThat(summary(REPLICATED))
        .endsWith("CodeBuild rejected the retry: Max buildspec length is 25600");
  }

  @Test
  void skipsStageThatNewerExecutionReplaced() {
    addBuildOfPipeline();
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;
    fixture.codePipeline.inboundExecutionId = "execution-2";

    assertThat(summary(REPLICATED))
        .contains("a newer execution waits for stage Build of its pipeline shop");
    fixture.codePipeline.inboundExecutionId = null;
    fixture.codePipeline.retryError =
        NotLatestPipelineExecutionException.builder().message("out of date").build();
    assertThat(summary(REPLICATED)).endsWith("CodePipeline rejected the retry: out of date");
  }

  @Test
  void retriesBuildOnlyOnce() {
    summary(REPLICATED);

    assertThat(summary(REPLICATED)).contains("was already retried as shop:again-1");
    assertThat(codeBuild.startedBuilds).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void waitsUntilAllImagesOfBuildAreMirrored() {
    var event =
        TestFixtures.readSample(REPLICATED)
            .replaceFirst("\"images\": \\[", "\"images\": [\"docker.io/library/node:18\", ");

    assertThat(service().process(new QueueMessage("1", event, 1), TestFixtures.context(1)))
        .isEqualTo(
            new Completed(
                "waiting: build "
                    + TestFixtures.BUILD
                    + " also needs node:18, which is not mirrored yet"));

    var node = ImageReference.of("node:18");
    mirroredImages.put(node, TestFixtures.mirroredImage(node));
    service().process(new QueueMessage("2", event, 1), TestFixtures.context(1));
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(FakeCodeBuildClient.variables(request).get("PULL_RESCUE_IMAGES"))
                .contains("library/ruby:2.7=", "library/node:18="));
  }

  @Test
  void publishesReasonForSkippedRetry() {
    maxRetries = 0;

    assertThat(summary(REPLICATED)).contains("did not retry").contains("`maxRetries` is 0");
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(retrySkipped -> PublishedEvent.of(retrySkipped).detailType())
        .isEqualTo("Retry Skipped");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void retriesNothingUnlessModeIsRescue() {
    mode = Mode.REPLICATE;

    assertThat(summary(REPLICATED))
        .isEqualTo("ignored: nothing is retried because the mode is `replicate`");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void ignoresTaskAndJobThatNoLongerExist() {
    assertThat(summary("pull-rescue/image-replicated-for-task.json"))
        .startsWith("skipped: ECS task ");
    assertThat(summary("pull-rescue/image-replicated-for-job.json"))
        .startsWith("skipped: Batch job ");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void ignoresOtherEventsAndUnknownBuilds() {
    assertThat(summary("codebuild/build-failed-rate-limit.json")).startsWith("ignored: ");
    assertThat(summary("codebuild/build-succeeded.json")).startsWith("ignored: ");
    codeBuild.builds.clear();
    assertThat(summary(REPLICATED)).contains("CodeBuild has no build");
  }

  @Test
  void publishesNoEnvironmentVariables() {
    summary(REPLICATED);

    assertThat(PublishedEvent.of(publisher.events.getFirst()).detail())
        .doesNotContain(TestFixtures.SECRET);
    assertThat(publisher.events.toString()).doesNotContain(TestFixtures.SECRET);
  }

  private String summary(String sample) {
    var result = service().process(TestFixtures.event(sample), TestFixtures.context(1));
    assertThat(result).isInstanceOf(Completed.class);
    return ((Completed) result).summary();
  }

  @Test
  void retriesPipelineStageThatRefersToMirror() {
    addBuildStartedBy("codepipeline/shop");
    var mirrorReference =
        TestFixtures.mirroredImage(TestFixtures.RUBY).mirrorReference().toString();
    var event =
        TestFixtures.readSample(REPLICATED)
            .replaceAll("docker.io/library/ruby:2.7", byTag(mirrorReference));

    assertThat(summaryOfEvent(event)).contains("started the failed actions of stage Build");
    assertThat(fixture.codePipeline.retries)
        .singleElement()
        .extracting(RetryStageExecutionRequest::pipelineName)
        .isEqualTo("shop");
    assertThat(codeBuild.projectUpdates).isEmpty();
  }

  @Test
  void updatesPipelineProjectWhenAllowed() {
    addBuildOfPipeline();
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;

    assertThat(summary(REPLICATED)).contains("by image substitution set in the project");
    assertThat(codeBuild.projectUpdates)
        .singleElement()
        .satisfies(request -> assertThat(request.source().buildspec()).contains(": pull-rescue"));
    assertThat(fixture.codePipeline.retries).hasSize(1);
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void updatesNoProjectBeforeStageHasEnded() {
    addBuildOfPipeline();
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;
    fixture.codePipeline.status = StageExecutionStatus.IN_PROGRESS;
    var reason = "stage Build of its pipeline shop has not ended";

    assertThat(service().process(TestFixtures.event(REPLICATED), TestFixtures.context(1)))
        .isEqualTo(new RetryAfter(reason, Duration.ofSeconds(15)));
    assertThat(service().process(messageReceived(5), TestFixtures.context(1)))
        .isEqualTo(
            new Completed(
                TestFixtures.BUILD
                    + ": did not retry "
                    + TestFixtures.BUILD
                    + ": timed out while waiting: "
                    + reason));
    fixture.codePipeline.status = StageExecutionStatus.STOPPED;
    assertThat(summary(REPLICATED)).contains("is Stopped, not Failed");
    fixture.codePipeline.status = StageExecutionStatus.FAILED;
    fixture.codePipeline.manualRetries = 3;
    assertThat(summary(REPLICATED)).contains("it is already retry 3 (`maxRetries` is 3)");
    assertThat(codeBuild.projectUpdates).isEmpty();
    assertThat(fixture.codePipeline.retries).isEmpty();
  }

  @Test
  void skipsOptedOutProjectsAndRunnerProjects() {
    codeBuild.project =
        SampleBuild.project().toBuilder()
            .tags(Tag.builder().key("pull-rescue").value("off").build())
            .build();
    assertThat(summary(REPLICATED)).contains("has the tag pull-rescue = off");
    var filter = WebhookFilter.builder().type("EVENT").pattern("WORKFLOW_JOB_QUEUED").build();
    codeBuild.project =
        SampleBuild.project().toBuilder()
            .webhook(webhook -> webhook.filterGroups(List.of(List.of(filter))))
            .build();
    assertThat(summary(REPLICATED)).contains("runs jobs of another CI service");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  private void addBuildStartedBy(String initiator) {
    codeBuild.add(SampleBuild.from(TestFixtures.failedBuild()).withInitiator(initiator).build());
  }

  /** Makes the buildspec of the build that of its project. */
  private void addBuildOfPipeline() {
    addBuildStartedBy("codepipeline/shop");
    codeBuild.project =
        SampleBuild.project().toBuilder().source(TestFixtures.failedBuild().source()).build();
  }

  private static String byTag(String mirrorReference) {
    return mirrorReference.substring(0, mirrorReference.indexOf('@')) + ":2.7";
  }

  private String summaryOfEvent(String event) {
    var result = service().process(new QueueMessage("1", event, 1), TestFixtures.context(1));
    assertThat(result).isInstanceOf(Completed.class);
    return ((Completed) result).summary();
  }

  private static QueueMessage messageReceived(int receiveCount) {
    return new QueueMessage("1", TestFixtures.readSample(REPLICATED), receiveCount);
  }

  private RetryService service() {
    var retryConfig =
        TestFixtures.retryConfig(maxRetries, 20, projectUpdateMode, ImageSubstitution.MIRROR);
    var imageLookup =
        new MirroredImageLookup(image -> Optional.ofNullable(mirroredImages.get(image)));
    return new RetryService(
        mode,
        fixture.retrier(retryConfig, imageLookup, publisher),
        SampleWorkloads.registry(null, null, imageLookup, publisher),
        fixture.recovery(retryConfig, publisher));
  }
}
