package io.pullrescue.simulation;

import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.Scenario.Act;
import io.pullrescue.simulation.Scenario.Action;
import io.pullrescue.simulation.Scenario.Settings;
import io.pullrescue.simulation.Scenario.Work;
import io.pullrescue.simulation.aws.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Creates scenarios: the common ones, and random ones from seeds. */
final class ScenarioGenerator {
  private static final List<ImageReference> IMAGES =
      List.of(
          ImageReference.of("ruby:2.7"),
          ImageReference.of("python:3.12-slim"),
          ImageReference.of("node:22"),
          ImageReference.of("redis:7"),
          ImageReference.of("golang:1.24"),
          ImageReference.of("alpine:3.20"));

  private final SplittableRandom random;

  private ScenarioGenerator(SplittableRandom random) {
    this.random = random;
  }

  /** Returns one scenario for each way in which a workload fails and is retried. */
  static Map<String, Scenario> common() {
    var scenarios = new LinkedHashMap<String, Scenario>();
    scenarios.put("build", Scenario.of(workload(Workload.Type.BUILD, "shop", 1)));
    scenarios.put("build with two images", Scenario.of(workload(Workload.Type.BUILD, "shop", 2)));
    scenarios.put("environment image", Scenario.of(provisioning(Workload.Type.BUILD)));
    scenarios.put("pipeline", Scenario.of(workload(Workload.Type.PIPELINE, "shop", 1)));
    scenarios.put(
        "environment image in a pipeline", Scenario.of(provisioning(Workload.Type.PIPELINE)));
    scenarios.put("service", Scenario.of(workload(Workload.Type.SERVICE, "shop", 1)));
    scenarios.put("task", Scenario.of(workload(Workload.Type.TASK, "shop", 1)));
    scenarios.put("task with two containers", Scenario.of(workload(Workload.Type.TASK, "shop", 2)));
    scenarios.put("task on Fargate", Scenario.of(fargateTask()));
    scenarios.put("job", Scenario.of(workload(Workload.Type.JOB, "shop", 1)));
    return scenarios;
  }

  private static Workload workload(Workload.Type type, String name, int images) {
    return new Workload(
        type, name, IMAGES.subList(0, images), false, false, false, false, false, false, false);
  }

  private static Workload provisioning(Workload.Type type) {
    return new Workload(
        type, "shop", IMAGES.subList(0, 1), false, true, false, false, false, false, false);
  }

  private static Workload fargateTask() {
    return new Workload(
        Workload.Type.TASK,
        "shop",
        IMAGES.subList(0, 1),
        false,
        false,
        false,
        false,
        false,
        false,
        true);
  }

  /** Returns the scenario of a seed. */
  static Scenario random(long seed) {
    return new ScenarioGenerator(new SplittableRandom(seed)).scenario();
  }

  /** A newer build of the same source is not among the newest 100 builds when the retry is due. */
  private Scenario busyProject() {
    var minute = 3 + random.nextInt(8);
    return new Scenario(
        Settings.ALL,
        List.of(new Work(workload(Workload.Type.BUILD, "busy", 1 + random.nextInt(2)), 1)),
        List.of(new Act(Action.START_AGAIN, minute, 0), new Act(Action.BUILD_OFTEN, minute + 2, 0)),
        minute,
        20 + random.nextInt(20),
        List.of(),
        List.of());
  }

  private Scenario scenario() {
    if (oneIn(25)) {
      return busyProject();
    }
    var works = new ArrayList<Work>();
    var count = oneIn(2) ? 1 : 1 + random.nextInt(3);
    for (var i = 0; i < count; i++) {
      works.add(new Work(workload(i), 1 + random.nextInt(8)));
    }
    var acts = new ArrayList<Act>();
    while (oneIn(2) && acts.size() < 5) {
      acts.add(
          new Act(pick(List.of(Action.values())), 1 + random.nextInt(40), random.nextInt(count)));
    }
    return new Scenario(
        settings(),
        works,
        acts,
        oneIn(5) ? 2 + random.nextInt(30) : 360,
        oneIn(4) ? random.nextInt(90) : 0,
        oneIn(12) ? List.of(pick(IMAGES)) : List.of(),
        oneIn(8) ? List.of(pick(IMAGES)) : List.of());
  }

  private Settings settings() {
    if (oneIn(2)) {
      return Settings.ALL;
    }
    return new Settings(
        oneIn(8) ? pick(List.of(Mode.values())) : Mode.RESCUE,
        pick(List.of(0, 1, 3, 3, 5)),
        pick(List.of(1, 2, 20)),
        pick(List.of(2, 4, 40)),
        pick(List.of(ProjectUpdateMode.OFF, ProjectUpdateMode.UNTIL_SUCCESS)),
        pick(List.of(WorkloadRetryMode.OFF, WorkloadRetryMode.ALL, WorkloadRetryMode.ALL)),
        pick(List.of(WorkloadRetryMode.OFF, WorkloadRetryMode.ALL, WorkloadRetryMode.ALL)));
  }

  private Workload workload(int number) {
    var type = pick(List.of(Workload.Type.values()));
    var isBuild = type == Workload.Type.BUILD || type == Workload.Type.PIPELINE;
    var ownNetwork = type == Workload.Type.TASK && oneIn(2);
    return new Workload(
        type,
        "work" + number,
        images(type),
        oneIn(2),
        isBuild && oneIn(3),
        oneIn(6),
        oneIn(12),
        oneIn(12) && type != Workload.Type.PIPELINE,
        (type == Workload.Type.TASK && !ownNetwork) && oneIn(6),
        ownNetwork);
  }

  private List<ImageReference> images(Workload.Type type) {
    var count = type == Workload.Type.JOB || oneIn(2) ? 1 : 1 + random.nextInt(IMAGES.size());
    var start = random.nextInt(IMAGES.size());
    var images = new ArrayList<ImageReference>();
    for (var i = 0; i < count; i++) {
      images.add(IMAGES.get((start + i) % IMAGES.size()));
    }
    return images;
  }

  private boolean oneIn(int number) {
    return random.nextInt(number) == 0;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
