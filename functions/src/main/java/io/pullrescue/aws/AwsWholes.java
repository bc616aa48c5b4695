package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Readiness.Ready;
import io.pullrescue.retry.Whole;
import io.pullrescue.retry.Wholes;
import java.util.function.Supplier;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;

/** Stages of AWS CodePipeline and batch builds of AWS CodeBuild. */
public final class AwsWholes implements Wholes {
  private final Supplier<CodePipelineClient> pipelines;
  private final CodeBuildBatches batches;

  /** Asks these clients; most builds are started by no pipeline, so that client is made late. */
  public AwsWholes(Supplier<CodePipelineClient> pipelines, CodeBuildClient codeBuild) {
    this.pipelines = pipelines;
    this.batches = new CodeBuildBatches(codeBuild);
  }

  @Override
  public Readiness readiness(Whole whole, Build build) {
    return switch (whole) {
      case Whole.Stage it -> stages().readiness(it.pipeline(), build);
      case Whole.Batch it -> batches.readiness(it.id(), build);
    };
  }

  @Override
  public String retry(Whole whole, Ready ready) {
    return switch (whole) {
      case Whole.Stage it -> stages().retry(it.pipeline(), ready);
      case Whole.Batch it -> batches.retry(ready);
    };
  }

  private CodePipelineStages stages() {
    return new CodePipelineStages(pipelines.get());
  }
}
