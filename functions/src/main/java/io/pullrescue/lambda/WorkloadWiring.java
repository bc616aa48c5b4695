package io.pullrescue.lambda;

import io.pullrescue.aws.BatchJobs;
import io.pullrescue.aws.BatchSubmissions;
import io.pullrescue.aws.EcsServices;
import io.pullrescue.aws.EcsStandaloneTasks;
import io.pullrescue.aws.EcsTaskDefinitions;
import io.pullrescue.aws.EcsTasks;
import io.pullrescue.aws.RunTaskCalls;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.JobPlanner;
import io.pullrescue.retry.StandalonePlanner;
import io.pullrescue.retry.TaskPlanner;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.utils.Lazy;

/** Puts the parts together that have services, tasks and jobs start from their copies. */
record WorkloadWiring(Settings settings, SdkHttpClient http) {
  WorkloadRetry workloads(AwaitedCopies copies, Announcer announcer) {
    var ofContainers = new ContainerCopies(settings.mirror(), copies);
    var tasks = new Lazy<>(() -> tasks(ofContainers, announcer));
    var jobs = new Lazy<>(() -> jobs(ofContainers, announcer));
    return new WorkloadRetry(tasks::getValue, jobs::getValue);
  }

  private TaskRetry tasks(ContainerCopies copies, Announcer announcer) {
    var ecs = EcsClient.builder().httpClient(http).build();
    var mirror = settings.mirror();
    var changes = settings.ecs();
    var definitions = new EcsTaskDefinitions(ecs);
    return new TaskRetry(
        new EcsTasks(ecs),
        copies,
        new ServiceUpdate(
            new EcsServices(ecs), definitions, new TaskPlanner(mirror, changes), announcer),
        new StandaloneRun(
            new EcsStandaloneTasks(ecs),
            definitions,
            new RunTaskCalls(() -> CloudTrailClient.builder().httpClient(http).build()),
            new StandalonePlanner(mirror, changes),
            announcer));
  }

  private JobRetry jobs(ContainerCopies copies, Announcer announcer) {
    var batch = BatchClient.builder().httpClient(http).build();
    return new JobRetry(
        new BatchJobs(batch),
        copies,
        new BatchSubmissions(batch),
        new JobPlanner(settings.mirror(), settings.batch()),
        announcer);
  }
}
