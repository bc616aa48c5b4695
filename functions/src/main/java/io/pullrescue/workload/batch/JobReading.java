package io.pullrescue.workload.batch;

import io.pullrescue.workload.batch.SubmittedJob.Kind;
import java.util.stream.Stream;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.PlatformCapability;

/** What DescribeJobs says of how a job was submitted. */
record JobReading(JobDetail detail) {
  /**
   * Step Functions writes it into the environment and the tags of a job that it waits for.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html">Run AWS
   *     Batch workloads with Step Functions</a>
   */
  private static final String MANAGED_BY_STEP_FUNCTIONS = "MANAGED_BY_AWS";

  SubmittedJob toSubmittedJob(BatchJob job) {
    return new SubmittedJob(
        job,
        kind(),
        detail.platformCapabilities().contains(PlatformCapability.FARGATE) ? "FARGATE" : "EC2",
        detail.tags().containsKey(MANAGED_BY_STEP_FUNCTIONS)
            || variableNames().anyMatch(MANAGED_BY_STEP_FUNCTIONS::equals),
        !detail.dependsOn().isEmpty(),
        detail.tags());
  }

  private Kind kind() {
    if (detail.arrayProperties() != null) {
      return Kind.ARRAY;
    }
    if (detail.nodeProperties() != null || detail.nodeDetails() != null) {
      return Kind.MULTI_NODE;
    }
    return detail.eksProperties() == null ? Kind.SINGLE : Kind.EKS;
  }

  private Stream<String> variableNames() {
    var single =
        Stream.ofNullable(detail.container())
            .flatMap(containerDetail -> containerDetail.environment().stream());
    var multiple =
        Stream.ofNullable(detail.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .flatMap(container -> container.environment().stream());
    return Stream.concat(single, multiple).map(KeyValuePair::name);
  }
}
