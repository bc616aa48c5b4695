package io.pullrescue.workload.ecs;

import io.pullrescue.aws.UnknownMembers;
import io.pullrescue.image.ImageReference;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

/** Describes task definitions and registers revisions with mirrored images. */
final class TaskDefinitionClient {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDefinitionClient.class);

  private final EcsClient ecs;

  TaskDefinitionClient(EcsClient ecs) {
    this.ecs = ecs;
  }

  /**
   * Returns a revision with its tags.
   *
   * @param definition the ARN or {@code family:revision}, or a family for its newest active
   *     revision
   * @return empty if it has been deleted, or the family has no active revision
   */
  Optional<TaskDefinitionRevision> find(String definition) {
    try {
      return Optional.of(describe(definition));
    } catch (ClientException deleted) {
      LOG.atWarn()
          .addKeyValue("taskDefinition", definition)
          .setCause(deleted)
          .log("the task definition does not exist");
      return Optional.empty();
    }
  }

  /**
   * Returns the ARN of the revision with these images. Tasks fail together, and each has its own
   * message: the first message registers the revision and the others use it.
   *
   * @param newest the newest active revision of the family
   */
  String findOrRegisterRevision(
      TaskDefinitionRevision definition,
      TaskDefinitionRevision newest,
      Map<String, ImageReference> images) {
    var request = definition.registerRequest(images);
    return newest.isResultOf(request) ? newest.arn() : register(request, newest);
  }

  /**
   * If another message has registered the same revision at the same time, both use the earlier one.
   */
  private String register(RegisterTaskDefinitionRequest request, TaskDefinitionRevision newest) {
    var registered = ecs.registerTaskDefinition(request).taskDefinition();
    var nextRevision = newest.definition().revision() + 1;
    if (registered.revision() > nextRevision) {
      var earlier = describe(request.family() + ":" + nextRevision);
      if (earlier.isResultOf(request)) {
        return earlier.arn();
      }
    }
    return registered.taskDefinitionArn();
  }

  private TaskDefinitionRevision describe(String definition) {
    var unknownMembers = new UnknownMembers();
    var response =
        ecs.describeTaskDefinition(request ->
            request
                .taskDefinition(definition)
                .include(TaskDefinitionField.TAGS)
                .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin())));
    return TaskDefinitionRevision.of(response, unknownMembers);
  }
}
