package io.pullrescue.lambda;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.batch.BatchWorkload;
import io.pullrescue.workload.ecs.EcsWorkload;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Registers the kinds of workload. */
record WorkloadModule(MirrorNaming mirror, RetryConfig config, SdkHttpClient httpClient) {
  WorkloadRegistry registry(MirroredImageLookup imageLookup, EventPublisher publisher) {
    var images = new ContainerImageLookup(mirror, imageLookup);
    return new WorkloadRegistry()
        .register(
            TaskFailed.class,
            () ->
                new EcsWorkload(
                    EcsClient.builder().httpClient(httpClient).build(),
                    () -> CloudTrailClient.builder().httpClient(httpClient).build(),
                    images,
                    mirror,
                    config.ecsRetry(),
                    publisher))
        .register(
            JobFailed.class,
            () ->
                new BatchWorkload(
                    BatchClient.builder().httpClient(httpClient).build(),
                    images,
                    mirror,
                    config.batchRetry(),
                    publisher));
  }
}
