package io.pullrescue.lambda;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.Histories;
import io.pullrescue.retry.History;
import io.pullrescue.retry.Project;
import io.pullrescue.retry.ProjectChange;
import io.pullrescue.retry.Projects;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Readiness.Ready;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan.StartBuild;
import io.pullrescue.retry.Whole;
import io.pullrescue.retry.Wholes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CodeBuild and CodePipeline in memory: what was started is found again, as it is there. */
final class Account implements Builds, Projects, Histories, Retrier, Wholes {
  final Map<String, Build> builds = new LinkedHashMap<>();
  final List<StartBuild> started = new ArrayList<>();
  final List<ProjectChange> changes = new ArrayList<>();
  final List<Whole> retried = new ArrayList<>();
  Readiness readiness = new Ready("Build", "execution-1", 0);
  Project project = new Project("shop", false, false);

  @Override
  public Optional<Build> find(String id) {
    return Optional.ofNullable(builds.get(id));
  }

  @Override
  public History of(String project) {
    return new History(List.copyOf(builds.values()));
  }

  @Override
  public Started start(StartBuild plan) {
    started.add(plan);
    var id = "shop:again-" + started.size();
    builds.put(id, again(id, plan));
    return new Started(id, List.of());
  }

  private static Build again(String id, StartBuild plan) {
    return SampleBuild.like(plan.original())
        .withId(id)
        .withStatus("IN_PROGRESS")
        .withPhases()
        .withVariables(plan.chain().variables())
        .startedBy("pull-rescue")
        .build();
  }

  @Override
  public Optional<Project> project(String name) {
    return Optional.of(project).filter(it -> it.name().equals(name));
  }

  @Override
  public void change(ProjectChange change) {
    changes.add(change);
  }

  @Override
  public boolean undo(String name) {
    return !changes.isEmpty() && changes.removeIf(it -> it.project().equals(name));
  }

  @Override
  public Readiness readiness(Whole whole, Build build) {
    return readiness;
  }

  @Override
  public String retry(Whole whole, Ready ready) {
    retried.add(whole);
    return "the failed actions of stage " + ready.stage();
  }
}
