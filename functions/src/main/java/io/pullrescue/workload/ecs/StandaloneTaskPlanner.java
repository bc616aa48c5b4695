package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.ContainerImageRewrite;
import io.pullrescue.workload.PullPermissionNote;
import io.pullrescue.workload.ecs.RunTaskPlan.NoAction;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.RunTaskPlan.Skip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides whether a task that stands alone and could not pull runs again. Pure. */
public final class StandaloneTaskPlanner {
  /**
   * The only thing that ECS attaches and its records tell enough of. Events call it by the first
   * name, DescribeTasks by the second.
   */
  private static final Set<String> NETWORK_INTERFACE_TYPES =
      Set.of("eni", "ElasticNetworkInterface");

  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;

  /** Plans with the copies of this mirror, for the tasks that may be run again. */
  public StandaloneTaskPlanner(MirrorNaming mirror, WorkloadRetryMode retryMode) {
    this.mirror = mirror;
    this.retryMode = retryMode;
  }

  /**
   * The plan for this task, now that these copies are in the mirror.
   *
   * @param definition what it ran
   * @param newest what its family runs by now
   */
  RunTaskPlan plan(
      StandaloneTask task,
      TaskDefinition definition,
      TaskDefinition newest,
      List<MirroredImage> mirroredImages) {
    return skipReason(task, definition)
        .<RunTaskPlan>map(NoAction::new)
        .or(() -> blockingReason(task, definition, newest, mirroredImages).map(Skip::new))
        .orElseGet(() -> run(task, definition, mirroredImages));
  }

  private Optional<String> skipReason(StandaloneTask task, TaskDefinition definition) {
    return retryMode.skipReason("task " + task.id(), task.tags(), definition.tags());
  }

  private Optional<String> blockingReason(
      StandaloneTask task,
      TaskDefinition definition,
      TaskDefinition newest,
      List<MirroredImage> mirroredImages) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return ineligibleReason(task)
        .or(() -> unsupportedAttachmentReason(task))
        .or(() ->
            rewrite.blockingReason(
                newest.name(),
                newest.containers(),
                task.task().launchType(),
                task.task().executionRole()));
  }

  private static Optional<String> ineligibleReason(StandaloneTask task) {
    if (task.task().startedBy().startsWith(StandaloneTask.STARTED_BY_PREFIX)) {
      return Optional.of(
          "it was run again from the copy already; see what it says of its pull, or point its task"
              + " definition at the mirror");
    }
    return TaskInitiator.describe(task)
        .map(initiator ->
            initiator
                + " started it, and starts the next one; point its task definition at"
                + " the mirror");
  }

  private static Optional<String> unsupportedAttachmentReason(StandaloneTask task) {
    return task.attachmentTypes().stream()
        .filter(attachmentType -> !NETWORK_INTERFACE_TYPES.contains(attachmentType))
        .sorted()
        .findFirst()
        .map(attachmentType ->
            "its record does not tell what was attached to it (" + attachmentType + ")");
  }

  private RunTask run(
      StandaloneTask task, TaskDefinition definition, List<MirroredImage> mirroredImages) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return new RunTask(
        task,
        mirroredImages,
        rewrite.containerImages(),
        StandaloneTask.STARTED_BY_PREFIX + task.id(),
        "pull-rescue-" + task.id(),
        definition.usesAwsvpc(),
        notes(task, rewrite, mirroredImages));
  }

  private static List<String> notes(
      StandaloneTask task, ContainerImageRewrite rewrite, List<MirroredImage> mirroredImages) {
    var notes = new ArrayList<String>();
    notes.add(
        new PullPermissionNote(task.task().executionRole(), task.task().arn())
            .describe(mirroredImages));
    notes.addAll(rewrite.notes());
    if (task.task().launchType().equals("EC2")) {
      notes.add(
          "placement constraints and strategies of its first start are not known, those of its task"
              + " definition hold");
    }
    return notes;
  }
}
