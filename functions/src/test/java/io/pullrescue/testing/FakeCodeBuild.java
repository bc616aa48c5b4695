package io.pullrescue.testing;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.BuildClientPort;
import io.pullrescue.workload.codebuild.BuildHistory;
import io.pullrescue.workload.codebuild.BuildHistoryPort;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import io.pullrescue.workload.codebuild.BuildStarterPort;
import io.pullrescue.workload.codebuild.ProjectInfo;
import io.pullrescue.workload.codebuild.ProjectUpdate;
import io.pullrescue.workload.codebuild.ProjectUpdaterPort;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrierPort;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CodeBuild and CodePipeline in memory: what was started is found again, as it is there. */
public final class FakeCodeBuild
    implements BuildClientPort,
        ProjectUpdaterPort,
        BuildHistoryPort,
        BuildStarterPort,
        ParentExecutionRetrierPort {
  public final Map<String, Build> builds = new LinkedHashMap<>();
  public final List<StartBuild> startedBuilds = new ArrayList<>();
  public final List<ProjectUpdate> projectUpdates = new ArrayList<>();
  public final List<ParentExecution> retriedParents = new ArrayList<>();
  public RetryReadiness readiness = new Ready("Build", "execution-1", 0);
  public ProjectInfo project = new ProjectInfo("shop", false, false);

  @Override
  public Optional<Build> find(String id) {
    return Optional.ofNullable(builds.get(id));
  }

  @Override
  public BuildHistory getHistory(String project) {
    return new BuildHistory(List.copyOf(builds.values()));
  }

  @Override
  public StartedBuild start(StartBuild plan) {
    startedBuilds.add(plan);
    var id = "shop:again-" + startedBuilds.size();
    builds.put(id, retriedBuild(id, plan));
    return new StartedBuild(id, List.of());
  }

  private static Build retriedBuild(String id, StartBuild plan) {
    return SampleBuild.from(plan.original())
        .withId(id)
        .withStatus("IN_PROGRESS")
        .withPhases()
        .withVariables(plan.retryState().environmentVariables())
        .withInitiator("pull-rescue")
        .build();
  }

  @Override
  public Optional<ProjectInfo> findProject(String name) {
    return Optional.of(project).filter(projectInfo -> projectInfo.name().equals(name));
  }

  @Override
  public void update(ProjectUpdate update) {
    projectUpdates.add(update);
  }

  @Override
  public boolean restore(String name) {
    return !projectUpdates.isEmpty()
        && projectUpdates.removeIf(projectUpdate -> projectUpdate.projectName().equals(name));
  }

  @Override
  public RetryReadiness checkReadiness(ParentExecution parent, Build build) {
    return readiness;
  }

  @Override
  public String retry(ParentExecution parent, Ready ready) {
    retriedParents.add(parent);
    return "the failed actions of stage " + ready.stageName();
  }
}
