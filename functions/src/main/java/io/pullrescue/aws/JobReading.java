package io.pullrescue.aws;

import io.pullrescue.failure.Job;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.SubmittedJob.Kind;
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
  private static final String STARTED_BY = "MANAGED_BY_AWS";

  SubmittedJob submitted(Job job) {
    return new SubmittedJob(
        job,
        kind(),
        detail.platformCapabilities().contains(PlatformCapability.FARGATE) ? "FARGATE" : "EC2",
        detail.tags().containsKey(STARTED_BY) || variables().anyMatch(STARTED_BY::equals),
        !detail.dependsOn().isEmpty(),
        detail.tags());
  }

  private Kind kind() {
    if (detail.arrayProperties() != null) {
      return Kind.ARRAY;
    }
    if (detail.nodeProperties() != null || detail.nodeDetails() != null) {
      return Kind.SEVERAL_NODES;
    }
    return detail.eksProperties() == null ? Kind.ONE_TASK : Kind.PODS;
  }

  private Stream<String> variables() {
    var only = Stream.ofNullable(detail.container()).flatMap(it -> it.environment().stream());
    var several =
        Stream.ofNullable(detail.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .flatMap(container -> container.environment().stream());
    return Stream.concat(only, several).map(KeyValuePair::name);
  }
}
