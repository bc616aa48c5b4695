package io.pullrescue.lambda;

import io.pullrescue.aws.CloudWatchBuildLog;
import io.pullrescue.aws.CodeBuildBuilds;
import io.pullrescue.aws.CodeBuildRetrier;
import io.pullrescue.aws.EcrCopies;
import io.pullrescue.aws.EventBridgeAnnouncer;
import io.pullrescue.aws.SqsDelay;
import io.pullrescue.aws.SqsRequestQueue;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.RetryPlanner;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Puts the parts of each function together, from its settings. Each function makes only the clients
 * that it needs: a cold start pays for every one.
 */
final class Wiring {
  private final Settings settings;
  private final SdkHttpClient http = UrlConnectionHttpClient.create();

  Wiring(Settings settings) {
    this.settings = settings;
  }

  /** The wiring of the function that this runs in. */
  static Wiring ofThisFunction() {
    return new Wiring(new Settings(System.getenv()));
  }

  QueueFunction diagnose() {
    var codeBuild = codeBuild();
    var reader =
        new FailureReader(
            new CodeBuildBuilds(codeBuild),
            new CloudWatchBuildLog(CloudWatchLogsClient.builder().httpClient(http).build()));
    var sqs = sqs();
    var worker =
        new DiagnoseWorker(
            settings.mode(),
            reader,
            new ReplicationPlanner(settings.mirror()),
            new SqsRequestQueue(sqs, settings.replicationQueueUrl()),
            announcer());
    return new QueueFunction(worker, new SqsDelay(sqs));
  }

  QueueFunction retry() {
    var codeBuild = codeBuild();
    var mirror = settings.mirror();
    var worker =
        new RetryWorker(
            settings.mode(),
            new CodeBuildBuilds(codeBuild),
            new EcrCopies(ecr(), mirror),
            new RetryPlanner(mirror, settings.maximumAttempts()),
            new CodeBuildRetrier(codeBuild),
            announcer());
    return new QueueFunction(worker, new SqsDelay(sqs()));
  }

  private Announcer announcer() {
    var events = EventBridgeClient.builder().httpClient(http).build();
    return new CountingAnnouncer(new EventBridgeAnnouncer(events, settings.bus()));
  }

  private CodeBuildClient codeBuild() {
    return CodeBuildClient.builder().httpClient(http).build();
  }

  private EcrClient ecr() {
    return EcrClient.builder().httpClient(http).build();
  }

  private SqsClient sqs() {
    return SqsClient.builder().httpClient(http).build();
  }
}
