package io.pullrescue.simulation.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.batch.model.ListJobsResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsResponse;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** Plants defects by changing the requests and answers between functions and services. */
final class BugInjection {
  /** A replication request for an image that is not the first of its failure. */
  private static final Pattern SECOND_IMAGE =
      Pattern.compile("\"image\":\"([^\"]+)\",\"images\":\\[(?!\"\\1\")");

  private BugInjection() {}

  /** Returns the request that is sent in place of this one. */
  static SdkRequest change(World world, SdkRequest request) {
    var bug = world.bug;
    if (bug == null) {
      return request;
    }
    return switch (bug) {
      case DROP_ATTEMPT_VARIABLE -> withoutVariable(request, "PULL_RESCUE_ATTEMPT");
      case DROP_ORIGINAL_VARIABLE -> withoutVariable(request, "PULL_RESCUE_ORIGINAL_BUILD_ID");
      case DROP_IDEMPOTENCY_TOKEN ->
          request instanceof StartBuildRequest start
              ? start.toBuilder().idempotencyToken(null).build()
              : request;
      case DROP_CLIENT_TOKEN ->
          request instanceof RunTaskRequest run
              ? run.toBuilder().clientToken(null).build()
              : request;
      case RESTORE_OVER_PERSON -> restoreOverPerson(request);
      case FORGET_WAITS -> forgetWaits(request);
      default -> request;
    };
  }

  private static SdkRequest withoutVariable(SdkRequest request, String name) {
    if (!(request instanceof StartBuildRequest start)) {
      return request;
    }
    return start.toBuilder()
        .environmentVariablesOverride(
            start.environmentVariablesOverride().stream()
                .filter(variable -> !variable.name().equals(name))
                .toList())
        .build();
  }

  /** Takes out the commands that people added, whatever the project contains. */
  private static SdkRequest restoreOverPerson(SdkRequest request) {
    if (!(request instanceof UpdateProjectRequest update)
        || update.source() == null
        || update.environment().environmentVariables().stream()
            .anyMatch(variable -> variable.name().startsWith("PULL_RESCUE_"))) {
      return request;
    }
    var buildspec = update.source().buildspec().replaceAll("(?m)^ *- echo .*\\R", "");
    return update.toBuilder()
        .source(update.source().toBuilder().buildspec(buildspec).build())
        .build();
  }

  private static SdkRequest forgetWaits(SdkRequest request) {
    if (!(request instanceof SendMessageRequest send)
        || !send.messageBody().contains("\"waits\"")) {
      return request;
    }
    return send.toBuilder()
        .messageBody(send.messageBody().replaceAll("\"waits\":[0-9]+,?", ""))
        .messageDeduplicationId(
            UUID.nameUUIDFromBytes(
                    (send.messageBody() + send.messageDeduplicationId())
                        .getBytes(StandardCharsets.UTF_8))
                .toString())
        .build();
  }

  /** Returns whether a call is answered without having its effect. */
  static boolean isDropped(World world, SdkRequest request) {
    return switch (request) {
      case UpdateProjectRequest update when world.has(PlantedBug.NEVER_RESTORE) ->
          update.environment().environmentVariables().stream()
              .noneMatch(variable -> variable.name().startsWith("PULL_RESCUE_"));
      case PutEventsRequest put when world.has(PlantedBug.SKIP_WITHOUT_REPORT) ->
          put.entries().getFirst().detailType().equals("Retry Skipped");
      case StartBuildRequest _ -> world.has(PlantedBug.REPORT_WITHOUT_EFFECT);
      case SendMessageRequest send when world.has(PlantedBug.DROP_SECOND_IMAGE) ->
          SECOND_IMAGE.matcher(send.messageBody()).find();
      default -> false;
    };
  }

  /** Returns the answer that the function gets in place of this one. */
  static Object change(World world, Object response) {
    var bug = world.bug;
    if (bug == null) {
      return response;
    }
    return switch (bug) {
      case IGNORE_SUBMITTED_JOBS ->
          response instanceof ListJobsResponse
              ? ListJobsResponse.builder().jobSummaryList(List.of()).build()
              : response;
      case DROP_CLIENT_TOKEN ->
          response instanceof ListTasksResponse
              ? ListTasksResponse.builder().taskArns(List.of()).build()
              : response;
      case COUNT_ONE_PAGE ->
          response instanceof ListBuildsForProjectResponse list
              ? list.toBuilder().nextToken(null).build()
              : response;
      case IGNORE_NEWER_BUILDS -> mapBuilds(response, BugInjection::hideOutcome);
      case IGNORE_AGE ->
          mapBuilds(
              response,
              build ->
                  build.endTime() == null
                      ? build
                      : build.toBuilder().endTime(world.instant()).build());
      case IGNORE_ROLE ->
          mapBuilds(
              response,
              build ->
                  build.toBuilder()
                      .serviceRole(
                          build.serviceRole().replace("role/releases", "role/service-role/builds"))
                      .build());
      case IGNORE_OPT_OUT -> withoutTags(response);
      case IGNORE_EXIT_CODE -> withoutExitCodes(response);
      case IGNORE_SERVICE_REVISION -> withOldRevision(response);
      default -> response;
    };
  }

  private static Object mapBuilds(Object response, UnaryOperator<Build> change) {
    return response instanceof BatchGetBuildsResponse builds
        ? builds.toBuilder().builds(builds.builds().stream().map(change).toList()).build()
        : response;
  }

  private static Build hideOutcome(Build build) {
    return String.valueOf(build.initiator()).startsWith("PullRescue")
            || build.buildStatus() == StatusType.FAILED
        ? build
        : build.toBuilder().buildStatus(StatusType.STOPPED).build();
  }

  private static Object withoutTags(Object response) {
    return switch (response) {
      case BatchGetProjectsResponse projects ->
          projects.toBuilder()
              .projects(
                  projects.projects().stream()
                      .map(project -> project.toBuilder().tags(List.of()).build())
                      .toList())
              .build();
      case DescribeTasksResponse tasks ->
          tasks.toBuilder()
              .tasks(
                  tasks.tasks().stream()
                      .map(task -> task.toBuilder().tags(List.of()).build())
                      .toList())
              .build();
      default -> response;
    };
  }

  private static Object withoutExitCodes(Object response) {
    return response instanceof DescribeTasksResponse tasks
        ? tasks.toBuilder()
            .tasks(
                tasks.tasks().stream()
                    .map(task ->
                        task.toBuilder()
                            .stopCode(TaskStopCode.TASK_FAILED_TO_START)
                            .containers(
                                task.containers().stream()
                                    .map(container -> container.toBuilder().exitCode(null).build())
                                    .toList())
                            .build())
                    .toList())
            .build()
        : response;
  }

  private static Object withOldRevision(Object response) {
    return response instanceof DescribeServicesResponse services
        ? services.toBuilder()
            .services(
                services.services().stream()
                    .map(service ->
                        service.toBuilder()
                            .taskDefinition(service.taskDefinition().replaceFirst(":[0-9]+$", ":1"))
                            .build())
                    .toList())
            .build()
        : response;
  }
}
