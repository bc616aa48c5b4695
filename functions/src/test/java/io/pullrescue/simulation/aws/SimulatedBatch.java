package io.pullrescue.simulation.aws;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.DescribeJobDefinitionsRequest;
import software.amazon.awssdk.services.batch.model.DescribeJobDefinitionsResponse;
import software.amazon.awssdk.services.batch.model.DescribeJobsRequest;
import software.amazon.awssdk.services.batch.model.DescribeJobsResponse;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobStatus;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.ListJobsRequest;
import software.amazon.awssdk.services.batch.model.ListJobsResponse;
import software.amazon.awssdk.services.batch.model.PlatformCapability;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionResponse;
import software.amazon.awssdk.services.batch.model.SubmitJobRequest;
import software.amazon.awssdk.services.batch.model.SubmitJobResponse;

/** AWS Batch with one queue of jobs with one container each. SubmitJob has no idempotency token. */
public final class SimulatedBatch implements BatchClient {
  private static final String ARN = "arn:aws:batch:us-east-1:123456789012:";
  private static final String QUEUE = ARN + "job-queue/jobs";
  private static final String ROLE = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole";
  private static final String OTHER_ROLE = "arn:aws:iam::123456789012:role/administrator";
  private static final Duration PULL_TIME = Duration.ofSeconds(30);
  private static final Duration RUN_TIME = Duration.ofMinutes(5);

  private final World world;
  private final SimulatedEcr ecr;
  private final Upstream upstream;
  private final SimulatedEvents events;
  private final Map<String, TreeMap<Integer, JobDefinition>> definitions = new HashMap<>();
  private final Map<String, Workload> workloads = new HashMap<>();
  private final Map<String, RunningJob> jobs = new LinkedHashMap<>();

  private static final class RunningJob {
    final Workload workload;
    final long created;
    JobDetail job;
    long changed;

    RunningJob(Workload workload, JobDetail job, long created) {
      this.workload = workload;
      this.job = job;
      this.created = created;
      this.changed = created;
    }
  }

  /** Creates the service with an empty queue. */
  public SimulatedBatch(World world, SimulatedEcr ecr, Upstream upstream, SimulatedEvents events) {
    this.world = world;
    this.ecr = ecr;
    this.upstream = upstream;
    this.events = events;
  }

  /** Creates the job definition of a workload. */
  public void createDefinition(Workload workload) {
    workloads.put(workload.name(), workload);
    put(
        JobDefinition.builder()
            .jobDefinitionName(workload.name())
            .revision(1)
            .jobDefinitionArn(arn(workload.name(), 1))
            .status("ACTIVE")
            .type("container")
            .platformCapabilities(PlatformCapability.FARGATE)
            .containerProperties(
                ContainerProperties.builder()
                    .image(workload.images().getFirst().familiarString())
                    .executionRoleArn(workload.otherRole() ? OTHER_ROLE : ROLE)
                    .build())
            .build());
  }

  private static String arn(String name, int revision) {
    return ARN + "job-definition/" + name + ":" + revision;
  }

  private void put(JobDefinition definition) {
    definitions
        .computeIfAbsent(definition.jobDefinitionName(), _ -> new TreeMap<>())
        .put(definition.revision(), definition);
  }

  private NavigableMap<Integer, JobDefinition> revisions(String name) {
    return Objects.requireNonNull(definitions.get(name), name);
  }

  /** Submits a job as a person does. */
  public void submit(String name) {
    var workload = Objects.requireNonNull(workloads.get(name), name);
    start(
        workload,
        revisions(name).lastEntry().getValue(),
        workload.optedOut() ? Map.of("pull-rescue", "off") : Map.of(),
        "person",
        "");
  }

  private RunningJob start(
      Workload workload,
      JobDefinition definition,
      Map<String, String> tags,
      String actor,
      String retryOf) {
    var number = Integer.toHexString(jobs.size() + 1);
    var id = "00000000-0000-4000-9000-" + "0".repeat(12 - number.length()) + number;
    var container = definition.containerProperties();
    var job =
        JobDetail.builder()
            .jobId(id)
            .jobArn(ARN + "job/" + id)
            .jobName(workload.name())
            .jobQueue(QUEUE)
            .jobDefinition(definition.jobDefinitionArn())
            .status(JobStatus.RUNNABLE)
            .createdAt(world.instant().toEpochMilli())
            .platformCapabilities(PlatformCapability.FARGATE)
            .tags(tags)
            .container(
                ContainerDetail.builder()
                    .image(container.image())
                    .executionRoleArn(container.executionRoleArn())
                    .build())
            .build();
    var running = new RunningJob(workload, job, world.now());
    jobs.put(id, running);
    world.record(
        new Fact.Started(
            world.now(),
            id,
            Fact.Kind.JOB,
            actor,
            workload.name(),
            workload.name(),
            retryOf,
            mirrorReferences(definition),
            String.valueOf(container.executionRoleArn())));
    world.after(PULL_TIME, () -> pull(running));
    return running;
  }

  private static List<String> mirrorReferences(JobDefinition definition) {
    var image = definition.containerProperties().image();
    return image.contains(".dkr.ecr.") ? List.of(image) : List.of();
  }

  private void pull(RunningJob running) {
    var image = ImageReference.parse(running.job.container().image()).orElseThrow();
    var canPull =
        image.registry().contains(".dkr.ecr.") ? ecr.holds(image) : upstream.serves(image);
    if (canPull) {
      world.after(RUN_TIME, () -> end(running, !running.workload.failsAnyway(), true));
      return;
    }
    running.job =
        running.job.toBuilder()
            .statusReason("Task failed to start")
            .container(
                running.job.container().toBuilder()
                    .reason(
                        "CannotPullContainerError: pull image manifest has been retried 1 time(s):"
                            + " failed to resolve ref "
                            + image
                            + ": 429 Too Many Requests -"
                            + " toomanyrequests: You have reached your unauthenticated pull rate"
                            + " limit.")
                    .build())
            .build();
    end(running, false, false);
  }

  private void end(RunningJob running, boolean succeeded, boolean ran) {
    var container = running.job.container().toBuilder();
    if (ran) {
      container.exitCode(succeeded ? 0 : 1);
    }
    running.job =
        running.job.toBuilder()
            .status(succeeded ? JobStatus.SUCCEEDED : JobStatus.FAILED)
            .stoppedAt(world.instant().toEpochMilli())
            .container(container.build())
            .build();
    running.changed = world.now();
    world.record(
        new Fact.Ended(
            world.now(),
            running.job.jobId(),
            Fact.Kind.JOB,
            running.workload.name(),
            succeeded,
            !ran,
            ran,
            running.workload.optedOut()));
    if (!ran) {
      events.failed(
          running.job.jobId(),
          SimulatedEvents.event(
              "aws.batch",
              "Batch Job State Change",
              Map.of(
                  "jobId", running.job.jobId(),
                  "status", "FAILED",
                  "statusReason", running.job.statusReason())));
    }
  }

  @Override
  public DescribeJobsResponse describeJobs(DescribeJobsRequest request) {
    return DescribeJobsResponse.builder()
        .jobs(
            request.jobs().stream()
                .map(jobs::get)
                .filter(Objects::nonNull)
                .filter(running -> world.lists(running.created))
                .map(running ->
                    world.lists(running.changed)
                        ? running.job
                        : running.job.toBuilder().status(JobStatus.RUNNABLE).build())
                .toList())
        .build();
  }

  @Override
  public DescribeJobDefinitionsResponse describeJobDefinitions(
      DescribeJobDefinitionsRequest request) {
    var found =
        request.jobDefinitions().isEmpty()
            ? List.copyOf(revisions(request.jobDefinitionName()).values())
            : request.jobDefinitions().stream().map(this::find).toList();
    return DescribeJobDefinitionsResponse.builder().jobDefinitions(found).build();
  }

  private JobDefinition find(String arn) {
    var name = arn.substring(arn.lastIndexOf('/') + 1);
    var separator = name.lastIndexOf(':');
    return Objects.requireNonNull(
        revisions(name.substring(0, separator))
            .get(Integer.parseInt(name.substring(separator + 1))),
        arn);
  }

  @Override
  public RegisterJobDefinitionResponse registerJobDefinition(RegisterJobDefinitionRequest request) {
    var name = request.jobDefinitionName();
    var revision = revisions(name).lastKey() + 1;
    var builder = JobDefinition.builder();
    SdkFieldCopier.copyFields(request, builder);
    var definition =
        builder.revision(revision).status("ACTIVE").jobDefinitionArn(arn(name, revision)).build();
    put(definition);
    world.record(
        new Fact.Registered(
            world.now(),
            world.invocation().actor(),
            name + ":" + revision,
            mirrorReferences(definition)));
    return RegisterJobDefinitionResponse.builder()
        .jobDefinitionArn(definition.jobDefinitionArn())
        .jobDefinitionName(name)
        .revision(revision)
        .build();
  }

  @Override
  public ListJobsResponse listJobs(ListJobsRequest request) {
    var name = request.filters().getFirst().values().getFirst();
    return ListJobsResponse.builder()
        .jobSummaryList(
            jobs.values().stream()
                .filter(running -> running.workload.name().equalsIgnoreCase(name))
                .filter(running -> world.lists(running.created))
                .map(running ->
                    JobSummary.builder()
                        .jobId(running.job.jobId())
                        .jobName(running.job.jobName())
                        .createdAt(running.job.createdAt())
                        .build())
                .toList())
        .build();
  }

  @Override
  public SubmitJobResponse submitJob(SubmitJobRequest request) {
    var definition = find(request.jobDefinition());
    var running =
        start(
            Objects.requireNonNull(workloads.get(definition.jobDefinitionName())),
            definition,
            request.tags(),
            world.invocation().actor(),
            world.invocation().subject());
    return SubmitJobResponse.builder().jobId(running.job.jobId()).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
