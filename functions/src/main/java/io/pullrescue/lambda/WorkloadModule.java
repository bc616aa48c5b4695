package io.pullrescue.lambda;

import io.pullrescue.config.FunctionConfig;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.batch.BatchJobRetrier;
import io.pullrescue.workload.batch.JobClient;
import io.pullrescue.workload.batch.JobSubmitter;
import io.pullrescue.workload.batch.ResubmitPlanner;
import io.pullrescue.workload.ecs.EcsTaskRetrier;
import io.pullrescue.workload.ecs.RunTaskEventLookup;
import io.pullrescue.workload.ecs.ServiceClient;
import io.pullrescue.workload.ecs.ServiceUpdatePlanner;
import io.pullrescue.workload.ecs.ServiceUpdater;
import io.pullrescue.workload.ecs.StandaloneTaskClient;
import io.pullrescue.workload.ecs.StandaloneTaskPlanner;
import io.pullrescue.workload.ecs.StandaloneTaskRunner;
import io.pullrescue.workload.ecs.TaskClient;
import io.pullrescue.workload.ecs.TaskDefinitionClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.utils.Lazy;

/** Puts the parts together that have services, tasks and jobs start from their copies. */
record WorkloadModule(FunctionConfig config, SdkHttpClient httpClient) {
  WorkloadRetry workloadRetry(MirroredImageLookup mirroredImageLookup, EventPublisher publisher) {
    var imageLookup = new ContainerImageLookup(config.mirror(), mirroredImageLookup);
    var taskRetrier = new Lazy<>(() -> taskRetrier(imageLookup, publisher));
    var jobRetrier = new Lazy<>(() -> jobRetrier(imageLookup, publisher));
    return new WorkloadRetry(taskRetrier::getValue, jobRetrier::getValue);
  }

  private EcsTaskRetrier taskRetrier(ContainerImageLookup imageLookup, EventPublisher publisher) {
    var ecs = EcsClient.builder().httpClient(httpClient).build();
    var mirror = config.mirror();
    var retryMode = config.ecsRetry();
    var definitionClient = new TaskDefinitionClient(ecs);
    return new EcsTaskRetrier(
        new TaskClient(ecs),
        imageLookup,
        new ServiceUpdater(
            new ServiceClient(ecs),
            definitionClient,
            new ServiceUpdatePlanner(mirror, retryMode),
            publisher),
        new StandaloneTaskRunner(
            new StandaloneTaskClient(ecs),
            definitionClient,
            new RunTaskEventLookup(() -> CloudTrailClient.builder().httpClient(httpClient).build()),
            new StandaloneTaskPlanner(mirror, retryMode),
            publisher));
  }

  private BatchJobRetrier jobRetrier(ContainerImageLookup imageLookup, EventPublisher publisher) {
    var batch = BatchClient.builder().httpClient(httpClient).build();
    return new BatchJobRetrier(
        new JobClient(batch),
        imageLookup,
        new JobSubmitter(batch),
        new ResubmitPlanner(config.mirror(), config.batchRetry()),
        publisher);
  }
}
