package io.pullrescue.workload;

import io.pullrescue.config.Mode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request in the FIFO queue of retries. It only says where to look: the workload is read again by
 * API, its failure is diagnosed again, and every digest comes from Amazon ECR.
 */
public sealed interface RetryRequest {
  /** Returns the message group: what must not be retried or changed twice at the same time. */
  String groupId();

  /** Returns what identifies the request for five minutes: SQS drops a second one. */
  String deduplicationId();

  /**
   * Requests the retry of a workload for which an image was mirrored.
   *
   * @param trigger the workload as it was diagnosed; names the message group
   * @param workload the same as an id, which is all that is used to read it
   * @param image the upstream image that was mirrored
   * @param waits how often the request has waited for something else to end
   * @param notBefore when the wait is over; null for a request that does not wait
   * @param allMirrored whether all images of the workload were found in the mirror, so that this
   *     one request stands for those of all images
   */
  record Retry(
      Trigger trigger,
      WorkloadFailed workload,
      ImageReference image,
      int waits,
      @Nullable Instant notBefore,
      boolean allMirrored)
      implements RetryRequest {
    /** Returns the request for a new mirrored image; empty if no workload waits for it. */
    public static Optional<Retry> of(Trigger trigger, ImageReference image) {
      return workload(trigger).map(workload -> new Retry(trigger, workload, image, 0, null, false));
    }

    private static Optional<? extends WorkloadFailed> workload(Trigger trigger) {
      return switch (trigger) {
        case Trigger.Build build ->
            BuildFailed.parse(build.id()).filter(failed -> failed.buildId().equals(build.id()));
        case Trigger.Task task -> TaskFailed.parse(task.cluster(), task.id());
        case Trigger.Job job -> JobFailed.parse(job.id());
        case Trigger.Manual _ -> Optional.empty();
        case Trigger.Refresh _ -> Optional.empty();
      };
    }

    /** Returns the request as its message describes it. */
    Retry resumed(int waited, @Nullable Instant time, boolean forAllImages) {
      return new Retry(trigger, workload, image, waited, time, forAllImages);
    }

    /** Returns why the settings retry no workload of this kind; empty if they do. */
    public Optional<String> disabledReason(Mode mode, RetryConfig config) {
      if (mode != Mode.RESCUE) {
        return Optional.of(
            "nothing is retried because the mode is `%s`"
                .formatted(mode.name().toLowerCase(Locale.ROOT)));
      }
      return switch (workload) {
        case BuildFailed _ -> Optional.empty();
        case TaskFailed _ -> disabledReason("ecsRetry", config.ecsRetry());
        case JobFailed _ -> disabledReason("batchRetry", config.batchRetry());
      };
    }

    private static Optional<String> disabledReason(String setting, WorkloadRetryMode retryMode) {
      return retryMode == WorkloadRetryMode.OFF
          ? Optional.of("nothing is retried because `%s` is `off`".formatted(setting))
          : Optional.empty();
    }

    /** Returns the request that waits until this time, in a group where it blocks no other. */
    public Retry waitingUntil(Instant time) {
      return new Retry(trigger, workload, image, waits + 1, time, allMirrored);
    }

    /** Returns the request after its wait. */
    public Retry due() {
      return new Retry(trigger, workload, image, waits, null, allMirrored);
    }

    /** Returns the request that stands for those of all images, which SQS delivers once. */
    public Retry forAllImages() {
      return new Retry(trigger, workload, image, 0, null, true);
    }

    @Override
    public String groupId() {
      return notBefore == null ? workloadGroupId() : "wait:" + hash(trigger.id());
    }

    /**
     * Returns why the request is not for this workload; empty if it is. Of two requests for the
     * same workload in two groups, both would be processed at once.
     */
    public Optional<String> mismatchReason(Trigger recorded) {
      return workloadGroupId(trigger).equals(workloadGroupId(recorded))
          ? Optional.empty()
          : Optional.of("the request names another definition than the record of AWS");
    }

    private String workloadGroupId() {
      return workloadGroupId(trigger);
    }

    private static String workloadGroupId(Trigger trigger) {
      return switch (trigger) {
        case Trigger.Build build -> buildGroupId(build.id());
        case Trigger.Task task ->
            legalGroupId("ecs", lastPart(task.cluster()) + "/" + serviceOrFamily(task));
        case Trigger.Job job -> legalGroupId("batch", withoutRevision(job.definition()));
        case Trigger.Manual manual -> legalGroupId("none", manual.id());
        case Trigger.Refresh refresh -> legalGroupId("none", refresh.id());
      };
    }

    /** The group of a standalone task is what its caller chose, so its family stands for it. */
    private static String serviceOrFamily(Trigger.Task task) {
      return task.group().startsWith("service:")
          ? task.group()
          : "family:" + withoutRevision(task.definition());
    }

    @Override
    public String deduplicationId() {
      var subject = allMirrored ? "all images" : image.toString();
      var phase = notBefore == null ? "" : " waits";
      return hash(trigger.id() + " " + subject + " " + waits + phase);
    }
  }

  /**
   * Requests what follows from the success of a retried build.
   *
   * @param buildId {@code project:uuid}
   */
  record Recovery(String buildId) implements RetryRequest {
    @Override
    public String groupId() {
      return buildGroupId(buildId);
    }

    @Override
    public String deduplicationId() {
      return hash("recovered " + buildId);
    }
  }

  /**
   * Requests, on behalf of a person, that a project update is reverted ({@code projectUpdates}).
   *
   * @param project the name of the project
   * @param messageId the id of the message or invocation with the request
   */
  record Restore(String project, String messageId) implements RetryRequest {
    @Override
    public String groupId() {
      return buildGroupId(project);
    }

    @Override
    public String deduplicationId() {
      return hash("restore " + project + " " + messageId);
    }
  }

  /** Returns the group of all that concerns one project, given its name or a build of it. */
  private static String buildGroupId(String projectOrBuild) {
    return legalGroupId("build", projectOrBuild.replaceFirst(":.*", ""));
  }

  /**
   * Returns a group id that SQS accepts: at most 128 characters, and no blanks.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html">
   *     SendMessage</a>
   */
  private static String legalGroupId(String kind, String name) {
    return kind
        + ":"
        + (name.length() <= 100 && name.matches("[A-Za-z0-9:/_-]+") ? name : hash(name));
  }

  private static String hash(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static String lastPart(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  private static String withoutRevision(String definitionArn) {
    return lastPart(definitionArn).replaceFirst(":[0-9]+$", "");
  }
}
