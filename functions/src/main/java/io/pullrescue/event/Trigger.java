package io.pullrescue.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pullrescue.config.EventNames;

/**
 * States what a rescue is for: the workload that failed, or the invocation that requested it. Has
 * the same JSON in all events and messages; rules match its {@code type}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Trigger.Build.class, name = EventNames.BUILD),
  @JsonSubTypes.Type(value = Trigger.Task.class, name = EventNames.TASK),
  @JsonSubTypes.Type(value = Trigger.Job.class, name = EventNames.JOB),
  @JsonSubTypes.Type(value = Trigger.Manual.class, name = EventNames.MANUAL),
  @JsonSubTypes.Type(value = Trigger.Refresh.class, name = EventNames.REFRESH)
})
public sealed interface Trigger {
  /** Returns the unique id that deduplication and logs use. */
  String id();

  /**
   * A CodeBuild build.
   *
   * @param id {@code project:uuid}, as in the CodeBuild API
   * @param project the name of its project
   */
  record Build(String id, String project) implements Trigger {}

  /**
   * An ECS task.
   *
   * @param id the ARN of the task
   * @param cluster the ARN of its cluster
   * @param definition the ARN of its task definition, with the revision
   * @param group {@code service:name} or {@code family:name}; empty if the task has none
   * @param launchType such as {@code FARGATE}; empty if the task has none
   * @param startedBy the task's own {@code startedBy}; empty if it has none
   */
  record Task(
      String id,
      String cluster,
      String definition,
      String group,
      String launchType,
      String startedBy)
      implements Trigger {}

  /**
   * A Batch job.
   *
   * @param id a UUID; followed by an index for a child of an array or multi-node job
   * @param queue the ARN of its queue
   * @param definition the ARN of its job definition, with the revision
   */
  record Job(String id, String queue, String definition) implements Trigger {}

  /**
   * A manual invocation of {@code pull-rescue-manual}.
   *
   * @param id the request id of the invocation
   */
  record Manual(String id) implements Trigger {}

  /**
   * A scheduled refresh of the mirror. No workload waits for it, so that nothing is retried and no
   * notification is sent.
   *
   * @param id the request id of the invocation
   */
  record Refresh(String id) implements Trigger {}
}
