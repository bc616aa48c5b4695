package io.pullrescue.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildBatchesRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildBatchesResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsResponse;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchRequest;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchResponse;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildResponse;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectResponse;

/** AWS CodeBuild in memory: a started build is found again, an updated project stays updated. */
public final class FakeCodeBuildClient implements CodeBuildClient {
  private static final int PAGE_SIZE = 100;

  /** The builds by id, oldest first. */
  public final Map<String, Build> builds = new LinkedHashMap<>();

  public final List<StartBuildRequest> startedBuilds = new ArrayList<>();
  public final List<UpdateProjectRequest> projectUpdates = new ArrayList<>();
  public final List<RetryBuildBatchRequest> retriedBatches = new ArrayList<>();

  /** The names of the operations that were called, in their order. */
  public final List<String> calls = new ArrayList<>();

  /** The stack of the last StartBuild, innermost frame first. */
  public List<StackWalker.StackFrame> startBuildStack = List.of();

  /** The error that UpdateProject answers with; null for none. */
  public @Nullable AwsServiceException updateError;

  /** What StartBuild answers in place of a build. */
  public @Nullable AwsServiceException startBuildError;

  /** What RetryBuildBatch answers in place of a retry. */
  public @Nullable AwsServiceException retryBatchError;

  public Project project = SampleBuild.project();
  public @Nullable BuildBatch buildBatch;

  /** Returns what is known about an error of CodeBuild. */
  public static AwsErrorDetails errorDetails(String code, String message) {
    return AwsErrorDetails.builder()
        .serviceName("CodeBuild")
        .errorCode(code)
        .errorMessage(message)
        .sdkHttpResponse(SdkHttpResponse.builder().statusCode(400).build())
        .build();
  }

  /** Adds a build as the newest one. */
  public void add(Build build) {
    builds.remove(build.id());
    builds.put(build.id(), build);
  }

  /** Returns the variables with which a build was started. */
  public static Map<String, String> variables(StartBuildRequest request) {
    var variables = new LinkedHashMap<String, String>();
    request
        .environmentVariablesOverride()
        .forEach(variable -> variables.put(variable.name(), variable.value()));
    return variables;
  }

  /** An ARN of another account is an error, and so is anything that is not an id. */
  @Override
  public BatchGetBuildsResponse batchGetBuilds(BatchGetBuildsRequest request) {
    calls.add("BatchGetBuilds");
    if (request.ids().stream().anyMatch(id -> id.startsWith("arn:") || !id.contains(":"))) {
      throw InvalidInputException.builder().message("Invalid build ID specified").build();
    }
    return BatchGetBuildsResponse.builder()
        .builds(request.ids().stream().map(builds::get).filter(Objects::nonNull).toList())
        .build();
  }

  @Override
  public ListBuildsForProjectResponse listBuildsForProject(ListBuildsForProjectRequest request) {
    calls.add("ListBuildsForProject");
    var ids =
        new ArrayList<>(
            builds.values().stream()
                .filter(build -> build.projectName().equals(request.projectName()))
                .map(Build::id)
                .toList());
    Collections.reverse(ids);
    var start = Integer.parseInt(Optional.ofNullable(request.nextToken()).orElse("0"));
    var end = Math.min(start + PAGE_SIZE, ids.size());
    return ListBuildsForProjectResponse.builder()
        .ids(ids.subList(start, end))
        .nextToken(end < ids.size() ? Integer.toString(end) : null)
        .build();
  }

  @Override
  public BatchGetProjectsResponse batchGetProjects(BatchGetProjectsRequest request) {
    calls.add("BatchGetProjects");
    return BatchGetProjectsResponse.builder()
        .projects(request.names().contains(project.name()) ? List.of(project) : List.of())
        .build();
  }

  @Override
  public StartBuildResponse startBuild(StartBuildRequest request) {
    calls.add("StartBuild");
    startBuildStack = StackWalker.getInstance().walk(frames -> frames.toList());
    if (startBuildError != null) {
      throw startBuildError;
    }
    startedBuilds.add(request);
    var environment =
        project.environment().toBuilder()
            .environmentVariables(request.environmentVariablesOverride())
            .build();
    var source =
        project.source().toBuilder()
            .buildspec(
                Optional.ofNullable(request.buildspecOverride())
                    .orElse(project.source().buildspec()))
            .build();
    var build =
        Build.builder()
            .id(project.name() + ":again-" + startedBuilds.size())
            .projectName(request.projectName())
            .buildStatus(StatusType.IN_PROGRESS)
            .initiator(TestFixtures.RETRY_INITIATOR)
            .sourceVersion(request.sourceVersion())
            .environment(environment)
            .source(source)
            .build();
    add(build);
    return StartBuildResponse.builder().build(build).build();
  }

  @Override
  public UpdateProjectResponse updateProject(UpdateProjectRequest request) {
    calls.add("UpdateProject");
    if (updateError != null) {
      throw updateError;
    }
    projectUpdates.add(request);
    var updated = project.toBuilder().environment(request.environment());
    if (request.source() != null) {
      updated.source(request.source());
    }
    project = updated.build();
    return UpdateProjectResponse.builder().project(project).build();
  }

  @Override
  public BatchGetBuildBatchesResponse batchGetBuildBatches(BatchGetBuildBatchesRequest request) {
    calls.add("BatchGetBuildBatches");
    return BatchGetBuildBatchesResponse.builder()
        .buildBatches(buildBatch == null ? List.of() : List.of(buildBatch))
        .build();
  }

  @Override
  public RetryBuildBatchResponse retryBuildBatch(RetryBuildBatchRequest request) {
    calls.add("RetryBuildBatch");
    if (retryBatchError != null) {
      throw retryBatchError;
    }
    retriedBatches.add(request);
    return RetryBuildBatchResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
