package io.pullrescue.simulation.aws;

import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsResponse;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.PhaseContext;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildResponse;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codebuild.model.Tag;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectResponse;

/**
 * AWS CodeBuild: builds pull their images, from the mirror where they were told to.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html">
 *     StartBuild: its idempotency token is valid for five minutes</a>
 */
public final class SimulatedCodeBuild implements CodeBuildClient {
  /** The role of all projects. */
  public static final String ROLE = "arn:aws:iam::123456789012:role/service-role/builds";

  private static final String OTHER_ROLE = "arn:aws:iam::123456789012:role/releases";
  private static final Duration PULL_TIME = Duration.ofSeconds(40);
  private static final Duration BUILD_TIME = Duration.ofMinutes(4);
  private static final long TOKEN_VALIDITY = Duration.ofMinutes(5).toMillis();
  private static final int PAGE_SIZE = 100;
  private static final Pattern MIRROR_DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final World world;
  private final SimulatedEcr ecr;
  private final Upstream upstream;
  private final SimulatedEvents events;
  private final SimulatedLogs logs;
  private final String retryInitiator;
  private final Map<String, Project> projects = new LinkedHashMap<>();
  private final Map<String, Workload> workloads = new HashMap<>();
  private final Map<String, RunningBuild> builds = new LinkedHashMap<>();
  private final Map<String, Token> tokens = new HashMap<>();
  private Consumer<RunningBuild> onEnd = _ -> {};

  private record Token(String build, long time) {}

  /** A build and what the simulation needs to know of it. */
  static final class RunningBuild {
    final Workload workload;
    final long created;
    final String initiator;
    Build build;
    long changed;

    RunningBuild(Workload workload, Build build, long created, String initiator) {
      this.workload = workload;
      this.build = build;
      this.created = created;
      this.initiator = initiator;
      this.changed = created;
    }

    String id() {
      return build.id();
    }

    boolean succeeded() {
      return build.buildStatus() == StatusType.SUCCEEDED;
    }
  }

  /**
   * Creates the service without projects.
   *
   * @param retryInitiator the initiator of builds that the function {@code retry} starts
   */
  public SimulatedCodeBuild(
      World world,
      SimulatedEcr ecr,
      Upstream upstream,
      SimulatedEvents events,
      SimulatedLogs logs,
      String retryInitiator) {
    this.world = world;
    this.ecr = ecr;
    this.upstream = upstream;
    this.events = events;
    this.logs = logs;
    this.retryInitiator = retryInitiator;
  }

  /** Calls back when a build has ended. */
  void onEnd(Consumer<RunningBuild> callback) {
    onEnd = callback;
  }

  /** Creates the project of a workload. */
  public void createProject(Workload workload) {
    var image =
        workload.inProvisioning()
            ? workload.images().getFirst().familiarString()
            : "aws/codebuild/standard:7.0";
    var project =
        Project.builder()
            .name(workload.name())
            .serviceRole(ROLE)
            .environment(
                ProjectEnvironment.builder()
                    .image(image)
                    .type("LINUX_CONTAINER")
                    .computeType("BUILD_GENERAL1_SMALL")
                    .privilegedMode(true)
                    .imagePullCredentialsType(ImagePullCredentialsType.SERVICE_ROLE)
                    .environmentVariables(List.of())
                    .build())
            .source(source(workload))
            .tags(
                workload.optedOut()
                    ? List.of(Tag.builder().key("pull-rescue").value("off").build())
                    : List.of())
            .build();
    projects.put(workload.name(), project);
    workloads.put(workload.name(), workload);
    recordProject(project, "person");
  }

  private static ProjectSource source(Workload workload) {
    var isPipeline = workload.type() == Workload.Type.PIPELINE;
    return ProjectSource.builder()
        .type(isPipeline ? "CODEPIPELINE" : "GITHUB")
        .location(isPipeline ? null : "https://github.com/example/" + workload.name() + ".git")
        .buildspec(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - docker compose build
            """)
        .build();
  }

  /** Changes a project as a person does. */
  public void change(String name, @Nullable String image, @Nullable String command) {
    var project = project(name);
    var changed = project.toBuilder();
    if (image != null) {
      changed.environment(project.environment().toBuilder().image(image).build());
    }
    if (command != null) {
      changed.source(
          project.source().toBuilder()
              .buildspec(project.source().buildspec() + "      - " + command + "\n")
              .build());
    }
    put(changed.build(), "person");
  }

  private void put(Project project, String actor) {
    projects.put(project.name(), project);
    recordProject(project, actor);
  }

  private void recordProject(Project project, String actor) {
    world.record(
        new Fact.ProjectChanged(
            world.now(),
            actor,
            project.name(),
            project.environment().image(),
            withoutSubstitution(project.source().buildspec()),
            project.environment().environmentVariables().stream()
                .anyMatch(variable -> variable.name().startsWith("PULL_RESCUE_"))));
  }

  /** The commands that people wrote are in the last lines. */
  private static String withoutSubstitution(String buildspec) {
    return String.join(
            ";", buildspec.lines().filter(line -> line.matches(" *- (docker|echo) .*")).toList())
        .replaceAll(" +", " ");
  }

  private Project project(String name) {
    return Objects.requireNonNull(projects.get(name), name);
  }

  /** Starts a build as a person or a webhook does. */
  public void start(String project, String initiator, String sourceVersion) {
    var workload = Objects.requireNonNull(workloads.get(project), project);
    start(
        StartBuildRequest.builder().projectName(project).sourceVersion(sourceVersion).build(),
        initiator.startsWith("codepipeline/") ? "aws" : "person",
        initiator,
        workload.otherRole() ? OTHER_ROLE : ROLE,
        "");
  }

  /** Adds builds that have ended, so that the newest page of the history has no other. */
  public void addEndedBuilds(String project, int count) {
    for (var i = 0; i < count; i++) {
      var id = nextId(project);
      var build =
          build(id, project(project))
              .sourceVersion("other-" + i)
              .initiator("someone")
              .buildStatus(StatusType.SUCCEEDED)
              .startTime(world.instant())
              .endTime(world.instant())
              .build();
      builds.put(
          id,
          new RunningBuild(
              Objects.requireNonNull(workloads.get(project)), build, world.now(), "someone"));
    }
  }

  /** Starts a build of a stage. */
  String startFromPipeline(String project, String pipeline, String retryOf) {
    return start(
            StartBuildRequest.builder()
                .projectName(project)
                .sourceVersion("arn:aws:s3:::artifacts/" + project)
                .build(),
            retryOf.isEmpty() ? "aws" : world.invocation().actor(),
            "codepipeline/" + pipeline,
            ROLE,
            retryOf)
        .id();
  }

  private String nextId(String project) {
    var number = Integer.toHexString(builds.size() + 1);
    return project + ":00000000-0000-4000-8000-" + "0".repeat(12 - number.length()) + number;
  }

  private static Build.Builder build(String id, Project project) {
    return Build.builder()
        .id(id)
        .projectName(project.name())
        .environment(project.environment())
        .source(project.source())
        .serviceRole(ROLE)
        .phases(List.of());
  }

  private RunningBuild start(
      StartBuildRequest request, String actor, String initiator, String role, String retryOf) {
    var project = project(request.projectName());
    var id = nextId(project.name());
    var source = project.source();
    if (request.buildspecOverride() != null) {
      source = source.toBuilder().buildspec(request.buildspecOverride()).build();
    }
    var build =
        build(id, project)
            .environment(environment(project.environment(), request))
            .source(source)
            .sourceVersion(request.sourceVersion())
            .serviceRole(role)
            .initiator(initiator)
            .buildStatus(StatusType.IN_PROGRESS)
            .startTime(world.instant())
            .logs(log -> log.groupName("/aws/codebuild").streamName(id))
            .build();
    var running =
        new RunningBuild(
            Objects.requireNonNull(workloads.get(project.name())), build, world.now(), initiator);
    builds.put(id, running);
    world.record(
        new Fact.Started(
            world.now(),
            id,
            Fact.Kind.BUILD,
            actor,
            project.name(),
            project.name() + "@" + reference(request.sourceVersion()),
            retryOf,
            mirrorReferences(running).map(ImageReference::toString).toList(),
            role));
    world.after(PULL_TIME, () -> pull(running));
    return running;
  }

  private static String reference(@Nullable String sourceVersion) {
    return String.valueOf(sourceVersion).replaceFirst("\\^\\{.*", "");
  }

  private static ProjectEnvironment environment(
      ProjectEnvironment configured, StartBuildRequest request) {
    var environment = configured.toBuilder();
    if (request.imageOverride() != null) {
      environment.image(request.imageOverride());
    }
    if (request.imagePullCredentialsTypeOverride() != null) {
      environment.imagePullCredentialsType(request.imagePullCredentialsTypeOverride());
    }
    var variables = new LinkedHashMap<String, EnvironmentVariable>();
    configured.environmentVariables().forEach(variable -> variables.put(variable.name(), variable));
    request
        .environmentVariablesOverride()
        .forEach(variable -> variables.put(variable.name(), variable));
    return environment.environmentVariables(variables.values()).build();
  }

  /** What the build is told to pull from the mirror: its environment, and its buildspec. */
  private static Stream<ImageReference> mirrorReferences(RunningBuild running) {
    var environment =
        ImageReference.parse(running.build.environment().image()).stream()
            .filter(image -> image.registry().contains(".dkr.ecr."));
    return Stream.concat(environment, substitutions(running).values().stream());
  }

  /** The variable lists what the script in the buildspec substitutes. */
  private static Map<ImageReference, ImageReference> substitutions(RunningBuild running) {
    var buildspec = running.build.source().buildspec();
    if (!buildspec.contains("pull_rescue")) {
      return Map.of();
    }
    var digests = MIRROR_DIGEST.matcher(buildspec).results().map(match -> match.group()).toList();
    var substitutions = new LinkedHashMap<ImageReference, ImageReference>();
    running.build.environment().environmentVariables().stream()
        .filter(variable -> variable.name().equals("PULL_RESCUE_IMAGES"))
        .flatMap(variable -> Stream.of(variable.value().split(",", -1)))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> {
          var mirrored = ImageReference.parse(pair[1]).orElseThrow();
          if (digests.contains(String.valueOf(mirrored.digest()))) {
            substitutions.put(ImageReference.parse(pair[0]).orElseThrow(), mirrored);
          }
        });
    return substitutions;
  }

  private void pull(RunningBuild running) {
    var workload = running.workload;
    if (workload.inProvisioning() && !canProvision(running)) {
      failProvisioning(running);
      return;
    }
    var substitutions = substitutions(running);
    var missing = new ArrayList<ImageReference>();
    for (var image :
        workload.images().subList(workload.inProvisioning() ? 1 : 0, workload.images().size())) {
      var mirrored = substitutions.get(image);
      if (!(mirrored != null && ecr.holds(mirrored)) && !upstream.serves(image)) {
        missing.add(image);
      }
    }
    if (missing.isEmpty()) {
      world.after(BUILD_TIME, () -> complete(running));
      return;
    }
    failInBuildPhase(running, workload.oneByOne() ? missing.subList(0, 1) : missing);
  }

  private boolean canProvision(RunningBuild running) {
    var image = ImageReference.parse(running.build.environment().image()).orElseThrow();
    return image.registry().contains(".dkr.ecr.") ? ecr.holds(image) : upstream.serves(image);
  }

  private void failProvisioning(RunningBuild running) {
    var context =
        PhaseContext.builder()
            .statusCode("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE")
            .message(
                "Unable to pull customer's container image. CannotPullContainerError: Error"
                    + " response from daemon: toomanyrequests: You have reached your"
                    + " unauthenticated pull rate limit.")
            .build();
    fail(running, "PROVISIONING", context, List.of(), false, true);
  }

  private void failInBuildPhase(RunningBuild running, Collection<ImageReference> images) {
    var lines = new ArrayList<String>();
    lines.add("[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD");
    lines.add("[Container] 2026/06/15 10:31:03.000001 Running command docker compose build");
    for (var image : images) {
      lines.add(
          "ERROR: failed to solve: %s: failed to resolve source metadata for %s: unexpected status from HEAD request to https://registry-1.docker.io/v2/%s/manifests/%s: 429 Too Many Requests"
              .formatted(image.familiarString(), image, image.repository(), image.tag()));
    }
    addEnd(lines);
    fail(running, "BUILD", exitStatus(), lines, true, true);
  }

  private static void addEnd(List<String> lines) {
    lines.add(
        "[Container] 2026/06/15 10:31:04.000001 Command did not exit successfully docker compose"
            + " build exit status 1");
    lines.add("[Container] 2026/06/15 10:31:04.000002 Phase complete: BUILD State: FAILED");
  }

  private static PhaseContext exitStatus() {
    return PhaseContext.builder()
        .statusCode("COMMAND_EXECUTION_ERROR")
        .message("Error while executing command: docker compose build. Reason: exit status 1")
        .build();
  }

  private void complete(RunningBuild running) {
    if (running.workload.failsAnyway()) {
      var lines = new ArrayList<String>();
      lines.add("[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD");
      lines.add("[Container] 2026/06/15 10:31:03.000001 Running command docker compose build");
      lines.add("AssertionError: 2 tests failed");
      addEnd(lines);
      fail(running, "BUILD", exitStatus(), lines, true, false);
      return;
    }
    running.build =
        running.build.toBuilder()
            .buildStatus(StatusType.SUCCEEDED)
            .endTime(world.instant())
            .build();
    end(running, true, false);
    if (running.build.environment().environmentVariables().stream()
        .anyMatch(variable -> variable.name().equals("PULL_RESCUE_ORIGINAL_BUILD_ID"))) {
      events.recovered(event(running));
    }
  }

  private void fail(
      RunningBuild running,
      String phase,
      PhaseContext context,
      List<String> lines,
      boolean ran,
      boolean pullFailed) {
    var failed =
        BuildPhase.builder()
            .phaseType(phase)
            .phaseStatus(StatusType.FAILED)
            .startTime(running.build.startTime())
            .endTime(world.instant())
            .contexts(context)
            .build();
    running.build =
        running.build.toBuilder()
            .buildStatus(StatusType.FAILED)
            .endTime(world.instant())
            .phases(failed)
            .build();
    logs.put(running.id(), lines);
    end(running, ran, pullFailed);
    events.failed(running.id(), event(running));
  }

  private void end(RunningBuild running, boolean ran, boolean pullFailed) {
    running.changed = world.now();
    world.record(
        new Fact.Ended(
            world.now(),
            running.id(),
            Fact.Kind.BUILD,
            running.build.projectName(),
            running.succeeded(),
            pullFailed,
            ran,
            running.workload.optedOut()));
    onEnd.accept(running);
  }

  private static String event(RunningBuild running) {
    return SimulatedEvents.event(
        "aws.codebuild",
        "CodeBuild Build State Change",
        Map.of(
            "build-id",
            "arn:aws:codebuild:us-east-1:123456789012:build/" + running.id(),
            "build-status",
            running.build.buildStatusAsString()));
  }

  /** A stale answer shows a build as it was before its last change. */
  @Override
  public BatchGetBuildsResponse batchGetBuilds(BatchGetBuildsRequest request) {
    return BatchGetBuildsResponse.builder()
        .builds(
            request.ids().stream()
                .map(builds::get)
                .filter(Objects::nonNull)
                .filter(running -> world.lists(running.created))
                .map(running ->
                    world.lists(running.changed)
                        ? running.build
                        : running.build.toBuilder()
                            .buildStatus(StatusType.IN_PROGRESS)
                            .endTime(null)
                            .phases(List.of())
                            .build())
                .toList())
        .build();
  }

  @Override
  public ListBuildsForProjectResponse listBuildsForProject(ListBuildsForProjectRequest request) {
    var ids =
        new ArrayList<>(
                builds.values().stream()
                    .filter(running -> running.build.projectName().equals(request.projectName()))
                    .filter(running -> world.lists(running.created))
                    .map(RunningBuild::id)
                    .toList())
            .reversed();
    var start = Integer.parseInt(Optional.ofNullable(request.nextToken()).orElse("0"));
    var end = Math.min(start + PAGE_SIZE, ids.size());
    return ListBuildsForProjectResponse.builder()
        .ids(ids.subList(start, end))
        .nextToken(end < ids.size() ? Integer.toString(end) : null)
        .build();
  }

  @Override
  public BatchGetProjectsResponse batchGetProjects(BatchGetProjectsRequest request) {
    return BatchGetProjectsResponse.builder()
        .projects(request.names().stream().map(projects::get).filter(Objects::nonNull).toList())
        .build();
  }

  @Override
  public StartBuildResponse startBuild(StartBuildRequest request) {
    var token = request.idempotencyToken();
    if (token != null) {
      var known = tokens.get(token);
      if (known != null && world.now() - known.time() < TOKEN_VALIDITY) {
        var earlier = Objects.requireNonNull(builds.get(known.build()));
        return StartBuildResponse.builder().build(earlier.build).build();
      }
    }
    var running =
        start(
            request,
            world.invocation().actor(),
            retryInitiator,
            ROLE,
            world.invocation().subject());
    if (token != null) {
      tokens.put(token, new Token(running.id(), world.now()));
    }
    return StartBuildResponse.builder().build(running.build).build();
  }

  @Override
  public UpdateProjectResponse updateProject(UpdateProjectRequest request) {
    var updated = project(request.name()).toBuilder();
    if (request.environment() != null) {
      updated.environment(request.environment());
    }
    if (request.source() != null) {
      updated.source(request.source());
    }
    put(updated.build(), world.invocation().actor());
    return UpdateProjectResponse.builder().project(project(request.name())).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
