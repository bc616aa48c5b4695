package io.pullrescue.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.FailureAgeLimit;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.batch.BatchJobEventParser;
import io.pullrescue.workload.batch.BatchWorkload;
import io.pullrescue.workload.codebuild.BuildEventParser;
import io.pullrescue.workload.ecs.EcsTaskEventParser;
import io.pullrescue.workload.ecs.EcsWorkload;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Registers the kinds of workload, each with the parser of its events. */
record WorkloadModule(MirrorNaming mirror, RetryConfig config, SdkHttpClient httpClient) {
  /** The parsers of events' details, by {@code source / detail-type}. */
  static final Map<String, Function<JsonNode, IncomingEvent>> EVENT_PARSERS =
      Map.of(
          "aws.codebuild / CodeBuild Build State Change", BuildEventParser::parse,
          "aws.ecs / ECS Task State Change", EcsTaskEventParser::parse,
          "aws.batch / Batch Job State Change", BatchJobEventParser::parse);

  WorkloadRegistry registry(RequiredImageLookup images, EventPublisher publisher) {
    var roles = new PassableRoles(config.passRoles());
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
                    roles,
                    publisher,
                    InstantSource.system()))
        .register(
            JobFailed.class,
            () ->
                new BatchWorkload(
                    BatchClient.builder().httpClient(httpClient).build(),
                    images,
                    mirror,
                    config.batchRetry(),
                    roles,
                    new FailureAgeLimit(config.maxFailureAgeMinutes(), InstantSource.system()),
                    publisher));
  }
}
