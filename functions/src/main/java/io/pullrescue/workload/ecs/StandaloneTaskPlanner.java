package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ContainerImageRewrite;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ecs.RunTaskPlan.NoAction;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.RunTaskPlan.Skip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Plans whether a failed standalone task runs again with mirrored images. Calls no API. */
final class StandaloneTaskPlanner {
  /**
   * The only attachment that can be recreated. Events have the first name, DescribeTasks has the
   * second.
   */
  private static final Set<String> NETWORK_INTERFACE_TYPES =
      Set.of("eni", "ElasticNetworkInterface");

  /**
   * How long ago the task may have stopped. ECS lists a stopped task, and knows the client token of
   * its start, for at least an hour: after that, nothing would tell that it was retried.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html">
   *     Ensuring idempotency</a>
   */
  private static final Duration MAX_AGE = Duration.ofMinutes(50);

  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;
  private final PassableRoles roles;

  StandaloneTaskPlanner(MirrorNaming mirror, WorkloadRetryMode retryMode, PassableRoles roles) {
    this.mirror = mirror;
    this.retryMode = retryMode;
    this.roles = roles;
  }

  /**
   * Returns the plan for this task.
   *
   * @param definition the task definition of the task
   * @param newest the newest active revision of the definition's family
   * @param mirroredImages the mirrored images that the task needs
   */
  RunTaskPlan plan(
      EcsTask task,
      TaskDefinitionRevision definition,
      TaskDefinitionRevision newest,
      List<MirroredImage> mirroredImages,
      Instant now) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return retryMode
        .skipReason("ecsRetry", "task " + task.id(), task.tags(), definition.tags())
        .<RunTaskPlan>map(NoAction::new)
        .or(() -> blockingReason(task, definition, newest, rewrite, now).map(Skip::new))
        .orElseGet(() -> run(task, definition, newest, rewrite));
  }

  private Optional<String> blockingReason(
      EcsTask task,
      TaskDefinitionRevision definition,
      TaskDefinitionRevision newest,
      ContainerImageRewrite rewrite,
      Instant now) {
    return ineligibleReason(task)
        .or(() ->
            retryMode.untaggedDefinitionReason(
                "task definition " + definition.name(), definition.tags()))
        .or(() -> unknownStarterReason(task, definition))
        .or(() -> ageReason(task, now))
        .or(() -> ranReason(task))
        .or(() -> unsupportedAttachmentReason(task))
        .or(() -> unknownOverridesReason(task))
        .or(() ->
            rewrite.blockingReason(
                newest.name(), newest.containers(), task.launchType(), task.executionRole()))
        .or(() -> roles.blockingReason(Stream.concat(definition.roles(), task.overridingRoles())));
  }

  private static Optional<String> ineligibleReason(EcsTask task) {
    if (task.startedBy().startsWith(EcsTask.STARTED_BY_PREFIX)) {
      return Optional.of(
          "it is already a retry with mirrored images; read why its pull failed, or use the mirror"
              + " in its task definition");
    }
    return TaskInitiator.describe(task)
        .map(initiator ->
            "it was started by "
                + initiator
                + ", which starts the next one; use the mirror in its task definition");
  }

  /**
   * Programs such as Apache Airflow or Dagster wait for the tasks that they start, and start them
   * again themselves. Nothing in a task tells whether one does, so its owner has to.
   */
  private static Optional<String> unknownStarterReason(
      EcsTask task, TaskDefinitionRevision definition) {
    if (WorkloadRetryMode.hasOptedIn(task.tags(), definition.tags())) {
      return Optional.empty();
    }
    var starter =
        task.startedBy().isEmpty()
            ? "what started it"
            : "what started it (startedBy " + TextSanitizer.sanitize(task.startedBy()) + ")";
    return Optional.of(
        "nobody can tell whether %s starts it again by itself; if not, give its task definition %s the tag pull-rescue = on, and start it manually this time"
            .formatted(starter, definition.name()));
  }

  private static Optional<String> ageReason(EcsTask task, Instant now) {
    return Optional.ofNullable(task.task().stoppedAt())
        .map(stoppedAt -> Duration.between(stoppedAt, now))
        .filter(age -> age.compareTo(MAX_AGE) > 0)
        .map(age ->
            "it stopped %d minutes ago, and Amazon ECS tells for an hour only whether a task was retried; start it manually if it is still wanted"
                .formatted(age.toMinutes()));
  }

  private static Optional<String> unknownOverridesReason(EcsTask task) {
    return task.unknownOverrides().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it was started with overrides that this version does not know: %s; start it manually"
                .formatted(TextSanitizer.sanitize(String.join(", ", task.unknownOverrides()))));
  }

  /** What a container did before the task stopped, such as a migration, is not done twice. */
  private static Optional<String> ranReason(EcsTask task) {
    var containers = task.containersThatRan();
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "its container %s ran before the task stopped, and would do its work twice; start the"
                    .formatted(String.join(", ", containers))
                + " task manually if that does no harm");
  }

  private static Optional<String> unsupportedAttachmentReason(EcsTask task) {
    return task.attachmentTypes().stream()
        .filter(attachmentType -> !NETWORK_INTERFACE_TYPES.contains(attachmentType))
        .sorted()
        .findFirst()
        .map(attachmentType ->
            "ECS does not describe its attachment (" + attachmentType + "), so start it manually");
  }

  private static RunTask run(
      EcsTask task,
      TaskDefinitionRevision definition,
      TaskDefinitionRevision newest,
      ContainerImageRewrite rewrite) {
    return new RunTask(
        task,
        definition,
        newest,
        rewrite.mirroredImages(),
        rewrite.containerImages(),
        EcsTask.STARTED_BY_PREFIX + task.id(),
        "pull-rescue-" + task.id(),
        notes(task, rewrite));
  }

  private static List<String> notes(EcsTask task, ContainerImageRewrite rewrite) {
    var notes = new ArrayList<String>();
    notes.add(rewrite.pullPermissionNote(task.executionRole(), task.arn()));
    notes.addAll(rewrite.omittedCredentialsNotes());
    if (task.launchType().equals("EC2")) {
      notes.add(
          "placement constraints and strategies of the original RunTask call are not known, so only"
              + " those of its task definition apply");
    }
    return notes;
  }
}
