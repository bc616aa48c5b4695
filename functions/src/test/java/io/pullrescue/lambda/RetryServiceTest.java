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
import io.pullrescue.testing.FakeCodeBuild;
import io.pullrescue.testing.FakeSourceFiles;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.ProjectInfo;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetcher;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RetryServiceTest {
  private static final String REPLICATED = "pull-rescue/image-replicated.json";

  private final FakeCodeBuild codeBuild = new FakeCodeBuild();
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
  void retriesBuildOnlyOnce() {
    summary(REPLICATED);

    assertThat(summary(REPLICATED)).contains("runs again already, as shop:again-1");
    assertThat(codeBuild.startedBuilds).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void waitsUntilAllImagesOfBuildAreMirrored() {
    var event =
        TestFixtures.readSample(REPLICATED)
            .replaceFirst("\"images\": \\[", "\"images\": [\"docker.io/library/node:18\", ");

    assertThat(service().process(new QueueMessage("1", event, 1, null), TestFixtures.context(1)))
        .isEqualTo(new Completed(TestFixtures.BUILD + " still waits for node:18"));

    var node = ImageReference.of("node:18");
    mirroredImages.put(node, TestFixtures.mirroredImage(node));
    service().process(new QueueMessage("2", event, 1, null), TestFixtures.context(1));
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(plan -> assertThat(plan.retryState().mirroredImages()).hasSize(2));
  }

  @Test
  void publishesReasonForSkippedRetry() {
    maxRetries = 0;

    assertThat(summary(REPLICATED)).contains("did not retry").contains("0 is most");
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RetrySkipped.class))
        .extracting(retrySkipped -> PublishedEvent.of(retrySkipped).detailType())
        .isEqualTo("Retry Skipped");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void retriesNothingUnlessModeIsRescue() {
    mode = Mode.REPLICATE;

    assertThat(summary(REPLICATED)).startsWith("ignored: the mode is");
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
    assertThat(summary(REPLICATED)).contains("CodeBuild knows no build");
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
    assertThat(codeBuild.retriedParents).containsExactly(new ParentExecution.PipelineStage("shop"));
    assertThat(codeBuild.projectUpdates).isEmpty();
  }

  @Test
  void updatesPipelineProjectWhenAllowed() {
    addBuildStartedBy("codepipeline/shop");
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;

    assertThat(summary(REPLICATED)).contains("by image substitution set in the project");
    assertThat(codeBuild.projectUpdates)
        .singleElement()
        .satisfies(
            projectUpdate -> assertThat(projectUpdate.buildspec()).contains(": pull-rescue"));
    assertThat(codeBuild.retriedParents).hasSize(1);
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void updatesNoProjectBeforeStageHasEnded() {
    addBuildStartedBy("codepipeline/shop");
    projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;
    codeBuild.readiness = new RetryReadiness.InProgress("the stage has not ended");

    assertThat(service().process(TestFixtures.event(REPLICATED), TestFixtures.context(1)))
        .isEqualTo(new RetryAfter("the stage has not ended", Duration.ofSeconds(15)));
    assertThat(service().process(messageReceived(5), TestFixtures.context(1)))
        .isEqualTo(
            new Completed(
                TestFixtures.BUILD
                    + ": did not retry "
                    + TestFixtures.BUILD
                    + ": the stage has not ended, for too long"));
    codeBuild.readiness = new RetryReadiness.NotRetryable("its pipeline has moved on");
    assertThat(summary(REPLICATED)).contains("its pipeline has moved on");
    codeBuild.readiness = new RetryReadiness.Ready("Build", "execution-1", 3);
    assertThat(summary(REPLICATED)).contains("it is retry number 3; 3 is most");
    assertThat(codeBuild.projectUpdates).isEmpty();
    assertThat(codeBuild.retriedParents).isEmpty();
  }

  @Test
  void skipsOptedOutProjectsAndRunnerProjects() {
    codeBuild.project = new ProjectInfo("shop", true, false);
    assertThat(summary(REPLICATED)).contains("has the tag pull-rescue = off");
    codeBuild.project = new ProjectInfo("shop", false, true);
    assertThat(summary(REPLICATED)).contains("runs jobs that another service hands out");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  private void addBuildStartedBy(String initiator) {
    codeBuild.builds.put(
        TestFixtures.BUILD,
        SampleBuild.from(TestFixtures.failedBuild()).withInitiator(initiator).build());
  }

  private static String byTag(String mirrorReference) {
    return mirrorReference.substring(0, mirrorReference.indexOf('@')) + ":2.7";
  }

  private String summaryOfEvent(String event) {
    var result = service().process(new QueueMessage("1", event, 1, null), TestFixtures.context(1));
    assertThat(result).isInstanceOf(Completed.class);
    return ((Completed) result).summary();
  }

  private static QueueMessage messageReceived(int receiveCount) {
    return new QueueMessage("1", TestFixtures.readSample(REPLICATED), receiveCount, null);
  }

  private RetryService service() {
    var retryConfig =
        TestFixtures.retryConfig(maxRetries, 20, projectUpdateMode, ImageSubstitution.MIRROR);
    var planner = new BuildRetryPlanner(TestFixtures.MIRROR, retryConfig);
    var buildspecFetcher =
        new BuildspecFetcher(new FakeSourceFiles(new FetchResult.NotFound()), null);
    var imageLookup =
        new MirroredImageLookup(image -> Optional.ofNullable(mirroredImages.get(image)));
    return new RetryService(
        mode,
        codeBuild,
        codeBuild,
        codeBuild,
        imageLookup,
        planner,
        new BuildRetryExecutor(
            planner, buildspecFetcher, codeBuild, codeBuild, codeBuild, publisher),
        SampleWorkloads.registry(null, null, imageLookup, publisher),
        new BuildRecovery(TestFixtures.MIRROR, codeBuild, codeBuild, projectUpdateMode, publisher),
        InstantSource.system());
  }
}
