package io.pullrescue.simulation;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.SimulatedFunctions;
import io.pullrescue.simulation.Scenario.Settings;
import io.pullrescue.simulation.aws.SimulatedBatch;
import io.pullrescue.simulation.aws.SimulatedCloudTrail;
import io.pullrescue.simulation.aws.SimulatedCodeBuild;
import io.pullrescue.simulation.aws.SimulatedCodePipeline;
import io.pullrescue.simulation.aws.SimulatedEcr;
import io.pullrescue.simulation.aws.SimulatedEcs;
import io.pullrescue.simulation.aws.SimulatedEvents;
import io.pullrescue.simulation.aws.SimulatedLogs;
import io.pullrescue.simulation.aws.SimulatedSqs;
import io.pullrescue.simulation.aws.Upstream;
import io.pullrescue.simulation.aws.Workload;
import io.pullrescue.simulation.engine.ClientProxy;
import io.pullrescue.simulation.engine.Crash;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.Fault;
import io.pullrescue.simulation.engine.FaultPlan;
import io.pullrescue.simulation.engine.PlantedBug;
import io.pullrescue.simulation.engine.World;
import io.pullrescue.testing.TestFixtures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.BatchException;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Runs the functions in a scenario, and audits the history. */
final class Simulation {
  private static final String FAILURES = "failures";
  private static final String REQUESTS = "replication-requests.fifo";
  private static final String RETRIES = "retries.fifo";

  private final Scenario scenario;
  private final World world;
  private final SimulatedSqs sqs;
  private final SimulatedCodeBuild codeBuild;
  private final SimulatedCodePipeline codePipeline;
  private final SimulatedEcs ecs;
  private final SimulatedBatch batch;
  private final Upstream upstream;
  private final SimulatedFunctions functions;
  private final CodeBuildClient codeBuildClient;

  /**
   * What came out of a simulation.
   *
   * @param injected the faults by point, with which the history is repeated
   * @param possibleFaults the faults that were possible at each point
   */
  record Outcome(
      Scenario scenario,
      List<Fact> history,
      Map<Integer, Fault> injected,
      List<List<Fault>> possibleFaults,
      int events,
      int effects,
      List<Violation> violations) {}

  private Simulation(Scenario scenario, FaultPlan plan, @Nullable PlantedBug bug) {
    this.scenario = scenario;
    world = new World(plan, bug);
    sqs = new SimulatedSqs(world);
    var events = new SimulatedEvents(world, sqs);
    var ecr = new SimulatedEcr(world);
    var logs = new SimulatedLogs(world);
    upstream = new Upstream(world, ecr, TestFixtures.MIRROR);
    codeBuild =
        new SimulatedCodeBuild(world, ecr, upstream, events, logs, TestFixtures.RETRY_INITIATOR);
    codePipeline = new SimulatedCodePipeline(world, codeBuild);
    ecs = new SimulatedEcs(world, ecr, upstream, events);
    batch = new SimulatedBatch(world, ecr, upstream, events);
    codeBuildClient =
        ClientProxy.of(
            CodeBuildClient.class,
            codeBuild,
            world,
            details ->
                (CodeBuildException) CodeBuildException.builder().awsErrorDetails(details).build());
    functions =
        new SimulatedFunctions(
            config(),
            TestFixtures.MIRROR,
            new SimulatedFunctions.Clients(
                ClientProxy.of(
                    BatchClient.class,
                    batch,
                    world,
                    details ->
                        (BatchException) BatchException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    CloudTrailClient.class,
                    new SimulatedCloudTrail(ecs),
                    world,
                    details ->
                        (CloudTrailException)
                            CloudTrailException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    CloudWatchLogsClient.class,
                    logs,
                    world,
                    details ->
                        (CloudWatchLogsException)
                            CloudWatchLogsException.builder().awsErrorDetails(details).build()),
                codeBuildClient,
                ClientProxy.of(
                    CodePipelineClient.class,
                    codePipeline,
                    world,
                    details ->
                        (CodePipelineException)
                            CodePipelineException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    EcrClient.class,
                    ecr,
                    world,
                    details ->
                        (EcrException) EcrException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    EcsClient.class,
                    ecs,
                    world,
                    details ->
                        (EcsException) EcsException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    EventBridgeClient.class,
                    events,
                    world,
                    details ->
                        (EventBridgeException)
                            EventBridgeException.builder().awsErrorDetails(details).build()),
                ClientProxy.of(
                    SqsClient.class,
                    sqs,
                    world,
                    details ->
                        (SqsException) SqsException.builder().awsErrorDetails(details).build())),
            world.functionClock());
  }

  /** Runs a scenario to its end. */
  static Outcome run(Scenario scenario, FaultPlan plan, @Nullable PlantedBug bug) {
    return new Simulation(scenario, plan, bug).run();
  }

  private PullRescueConfig config() {
    var settings = scenario.settings();
    return new Settings(
            settings.mode(),
            world.has(PlantedBug.IGNORE_MAX_RETRIES) ? 1000 : settings.maxRetries(),
            world.has(PlantedBug.IGNORE_HOURLY_LIMIT) ? 1000 : settings.maxRetriesPerHour(),
            settings.maxRateLimitedRequests(),
            settings.projectUpdates(),
            settings.ecsRetry(),
            settings.batchRetry())
        .config();
  }

  private Outcome run() {
    createQueues();
    upstream.limitUntil(
        Duration.ofMinutes(scenario.limitedMinutes()),
        Duration.ofMinutes(scenario.copiesLimitedMinutes()));
    scenario.absent().forEach(upstream::delete);
    scenario.large().forEach(upstream::enlarge);
    scenario.works().forEach(this::prepare);
    scenario.acts().stream()
        .filter(act -> act.work() < scenario.works().size())
        .forEach(act -> world.schedule(minutes(act.minute()), () -> act(act)));
    world.run();
    sqs.recordRemaining();
    return new Outcome(
        scenario,
        world.history,
        world.injected,
        world.possibleFaults,
        world.steps(),
        world.effects(),
        new Auditor(scenario.settings(), world.history).audit());
  }

  private static long minutes(int minutes) {
    return Duration.ofMinutes(minutes).toMillis();
  }

  /** The visibility timeouts are those of the stack. */
  private void createQueues() {
    var diagnose = functions.diagnose(SimulatedSqs.url(REQUESTS));
    create(
        FAILURES,
        360,
        "diagnose",
        60,
        (event, context) -> {
          var response = diagnose.handle(event, context);
          if (world.has(PlantedBug.START_BUILD_IN_DIAGNOSE)
              && scenario.works().getFirst().workload().type() == Workload.Type.BUILD) {
            codeBuildClient.startBuild(
                request -> request.projectName(scenario.works().getFirst().workload().name()));
          }
          return response;
        });
    create(
        REQUESTS,
        1200,
        "replicate",
        900,
        functions.replicate(SimulatedSqs.url(REQUESTS), SimulatedSqs.url(RETRIES), upstream::copy));
    create(
        RETRIES,
        360,
        "retry",
        60,
        functions.retry(SimulatedSqs.url(RETRIES), TestFixtures.RETRY_ROLE, this::mirrorLookup));
  }

  private void create(
      String queue,
      int visibilitySeconds,
      String actor,
      int timeoutSeconds,
      SimulatedFunctions.Handler handler) {
    var context = new InvocationContext(actor, timeoutSeconds);
    sqs.create(
        queue,
        Duration.ofSeconds(visibilitySeconds),
        actor,
        event -> handler.handle(event, context));
  }

  private Function<ImageReference, Optional<MirroredImage>> mirrorLookup(
      Function<ImageReference, Optional<MirroredImage>> lookup) {
    if (world.has(PlantedBug.TRUST_TAG_IN_MESSAGE)) {
      return image -> lookup.apply(image).flatMap(_ -> fromUpstream(image));
    }
    return world.has(PlantedBug.START_AFTER_FIRST_IMAGE)
        ? image -> lookup.apply(image).or(() -> fromUpstream(image))
        : lookup;
  }

  private Optional<MirroredImage> fromUpstream(ImageReference image) {
    return TestFixtures.MIRROR
        .mirrorReference(image)
        .map(reference -> new MirroredImage(image, reference, upstream.digest(image)));
  }

  private void prepare(Scenario.Work work) {
    var workload = work.workload();
    switch (workload.type()) {
      case BUILD, PIPELINE -> codeBuild.createProject(workload);
      case SERVICE, TASK -> ecs.createFamily(workload);
      case JOB -> batch.createDefinition(workload);
    }
    world.schedule(
        minutes(work.minute()),
        () -> {
          if (workload.type() == Workload.Type.SERVICE) {
            ecs.createService(workload.name());
          } else {
            start(workload, 0);
          }
        });
  }

  private void start(Workload workload, int commit) {
    switch (workload.type()) {
      case BUILD -> codeBuild.start(workload.name(), "someone", version(commit));
      case PIPELINE -> codePipeline.start(workload.name());
      case SERVICE -> ecs.deploy(workload.name());
      case TASK -> ecs.run(workload.name());
      case JOB -> batch.submit(workload.name());
    }
  }

  private static String version(int commit) {
    return "refs/heads/main^{" + "%040x".formatted(commit + 1) + "}";
  }

  private void act(Scenario.Act act) {
    var workload = scenario.works().get(act.work()).workload();
    var isBuild =
        workload.type() == Workload.Type.BUILD || workload.type() == Workload.Type.PIPELINE;
    world.record(new Fact.Acted(world.now(), act.action() + " " + workload.name()));
    switch (act.action()) {
      case START_AGAIN -> start(workload, act.minute());
      case RETRY_STAGE -> codePipeline.retryByPerson(workload.name());
      case DEPLOY -> {
        if (workload.type() == Workload.Type.SERVICE || workload.type() == Workload.Type.TASK) {
          ecs.deploy(workload.name());
        }
      }
      case CHANGE_IMAGE -> {
        if (isBuild) {
          codeBuild.change(workload.name(), "aws/codebuild/standard:6.0", null);
        }
      }
      case CHANGE_BUILDSPEC -> {
        if (isBuild) {
          codeBuild.change(workload.name(), null, "echo " + act.minute());
        }
      }
      case MOVE_TAG -> upstream.move(workload.images().getFirst());
      case FORGE_RETRY -> forge(workload);
      case RESTORE -> {
        if (isBuild) {
          sqs.send(RETRIES, "{\"restore\":\"" + workload.name() + "\"}", "restore", null);
        }
      }
      case BUILD_OFTEN -> {
        if (workload.type() == Workload.Type.BUILD) {
          codeBuild.addEndedBuilds(workload.name(), 110);
        }
      }
      case REFRESH ->
          world.invoke(
              new World.Invocation("refresh", "refresh", 0),
              () -> {
                try {
                  functions.refresh(SimulatedSqs.url(REQUESTS), act.minute());
                } catch (RuntimeException | Crash ended) {
                  // The schedule invokes the function again later.
                }
              });
    }
  }

  /** Everybody who may send to the queue can name any build, and any image. */
  private void forge(Workload workload) {
    world.history.stream()
        .filter(
            fact -> fact instanceof Fact.Started started && started.owner().equals(workload.name()))
        .map(Fact.Started.class::cast)
        .filter(started -> started.kind() == Fact.Kind.BUILD)
        .reduce((_, second) -> second)
        .ifPresent(started ->
            sqs.send(
                RETRIES,
                "{\"trigger\":{\"type\":\"build\",\"id\":\"%s\",\"project\":\"%s\"},\"image\":\"%s\"}"
                    .formatted(started.id(), workload.name(), workload.images().getLast()),
                "build:" + workload.name(),
                null));
  }

  private record InvocationContext(String name, int timeoutSeconds) implements Context {
    @Override
    public String getFunctionName() {
      return name;
    }

    @Override
    public String getAwsRequestId() {
      return "request";
    }

    @Override
    public String getLogGroupName() {
      return "";
    }

    @Override
    public String getLogStreamName() {
      return "";
    }

    @Override
    public String getFunctionVersion() {
      return "1";
    }

    @Override
    public String getInvokedFunctionArn() {
      return "arn:aws:lambda:us-east-1:123456789012:function:" + name;
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
      return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
      return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
      return timeoutSeconds * 1000;
    }

    @Override
    public int getMemoryLimitInMB() {
      return 512;
    }

    @Override
    public @Nullable LambdaLogger getLogger() {
      return null;
    }
  }
}
