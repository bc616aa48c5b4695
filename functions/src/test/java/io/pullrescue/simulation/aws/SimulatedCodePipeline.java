package io.pullrescue.simulation.aws;

import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageNotRetryableException;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/** AWS CodePipeline with pipelines of one stage, whose only action builds a project. */
public final class SimulatedCodePipeline implements CodePipelineClient {
  /** A stage fails some seconds after its build. */
  private static final Duration DELAY = Duration.ofSeconds(5);

  private final World world;
  private final SimulatedCodeBuild codeBuild;
  private final Map<String, Stage> stages = new LinkedHashMap<>();

  private static final class Stage {
    String build = "";
    StageExecutionStatus status = StageExecutionStatus.IN_PROGRESS;
    int execution;
    int retries;
  }

  /** Creates the service without pipelines. */
  public SimulatedCodePipeline(World world, SimulatedCodeBuild codeBuild) {
    this.world = world;
    this.codeBuild = codeBuild;
    codeBuild.onEnd(this::end);
  }

  private void end(SimulatedCodeBuild.RunningBuild running) {
    if (!running.initiator.startsWith("codepipeline/")) {
      return;
    }
    var stage = stage(running.build.projectName());
    world.after(
        DELAY,
        () -> {
          if (stage.build.equals(running.id())) {
            stage.status =
                running.succeeded() ? StageExecutionStatus.SUCCEEDED : StageExecutionStatus.FAILED;
          }
        });
  }

  private Stage stage(String pipeline) {
    return Objects.requireNonNull(stages.get(pipeline), pipeline);
  }

  /** Starts an execution of the pipeline of a project, which is created if it does not exist. */
  public void start(String project) {
    var stage = stages.computeIfAbsent(project, _ -> new Stage());
    stage.execution++;
    stage.retries = 0;
    run(project, stage, "");
  }

  private void run(String project, Stage stage, String retryOf) {
    stage.status = StageExecutionStatus.IN_PROGRESS;
    stage.build = codeBuild.startFromPipeline(project, project, retryOf);
  }

  /** Retries a failed stage as a person does. */
  public void retryByPerson(String project) {
    var stage = stages.get(project);
    if (stage != null && stage.status == StageExecutionStatus.FAILED) {
      stage.retries++;
      run(project, stage, "");
    }
  }

  @Override
  public GetPipelineStateResponse getPipelineState(GetPipelineStateRequest request) {
    var stage = stage(request.name());
    var status = world.isStale() ? StageExecutionStatus.IN_PROGRESS : stage.status;
    return GetPipelineStateResponse.builder()
        .stageStates(
            StageState.builder()
                .stageName("Build")
                .latestExecution(execution ->
                    execution.pipelineExecutionId("execution-" + stage.execution).status(status))
                .retryStageMetadata(
                    RetryStageMetadata.builder()
                        .manualStageRetryAttempt(stage.retries)
                        .autoStageRetryAttempt(0)
                        .build())
                .actionStates(
                    ActionState.builder()
                        .actionName("Image")
                        .latestExecution(execution -> execution.externalExecutionId(stage.build))
                        .build())
                .build())
        .build();
  }

  @Override
  public GetPipelineResponse getPipeline(GetPipelineRequest request) {
    return GetPipelineResponse.builder()
        .pipeline(pipeline ->
            pipeline
                .stages(List.of(StageDeclaration.builder().name("Build").build()))
                .triggers(List.of()))
        .build();
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RetryStageExecution.html">
   *     RetryStageExecution</a>
   */
  @Override
  public RetryStageExecutionResponse retryStageExecution(RetryStageExecutionRequest request) {
    var stage = stage(request.pipelineName());
    if (stage.status != StageExecutionStatus.FAILED
        || !request.pipelineExecutionId().equals("execution-" + stage.execution)) {
      throw StageNotRetryableException.builder()
          .message("the stage cannot be retried")
          .awsErrorDetails(
              software.amazon.awssdk.awscore.exception.AwsErrorDetails.builder()
                  .errorCode("StageNotRetryableException")
                  .errorMessage("the stage cannot be retried")
                  .build())
          .build();
    }
    stage.retries++;
    run(request.pipelineName(), stage, world.invocation().subject());
    return RetryStageExecutionResponse.builder()
        .pipelineExecutionId("execution-" + stage.execution)
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
