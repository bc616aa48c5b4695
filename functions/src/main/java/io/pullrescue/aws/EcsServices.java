package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.TaskDefinition;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** Services, as Amazon ECS describes them, and the revisions that they run. */
public final class EcsServices implements Services {
  private final EcsClient ecs;

  /** Asks this client. */
  public EcsServices(EcsClient ecs) {
    this.ecs = ecs;
  }

  @Override
  public Optional<Service> service(String cluster, String name) {
    try {
      return ecs
          .describeServices(
              request -> request.cluster(cluster).services(name).include(ServiceField.TAGS))
          .services()
          .stream()
          .findFirst()
          .map(EcsServices::service);
    } catch (ClusterNotFoundException deleted) {
      return Optional.empty();
    }
  }

  private static Service service(software.amazon.awssdk.services.ecs.model.Service service) {
    return new Service(
        service.serviceArn(),
        service.serviceName(),
        service.clusterArn(),
        service.status(),
        controller(service.deploymentController()),
        service.taskDefinition(),
        service.tags().stream().collect(toMap(Tag::key, Tag::value)));
  }

  /** A service that names none has the usual one. */
  private static String controller(@Nullable DeploymentController controller) {
    return controller == null ? "ECS" : controller.typeAsString();
  }

  @Override
  public TaskDefinition definition(String arn) {
    var definition = describe(arn).taskDefinition();
    return new TaskDefinition(
        definition.taskDefinitionArn(),
        definition.executionRoleArn(),
        definition.containerDefinitions().stream().map(EcsServices::container).toList());
  }

  private static TaskDefinition.ContainerDefinition container(ContainerDefinition container) {
    return new TaskDefinition.ContainerDefinition(
        container.name(),
        Objects.requireNonNullElse(container.image(), ""),
        container.repositoryCredentials() != null);
  }

  @Override
  public String update(UpdateService plan) {
    var revision = revision(plan);
    // The revision that is there already starts no other deployment.
    ecs.updateService(request ->
        request
            .cluster(plan.service().cluster())
            .service(plan.service().arn())
            .taskDefinition(revision));
    return revision.substring(revision.lastIndexOf('/') + 1);
  }

  /** The tasks of a service fail together, and each has its message: the first one registers. */
  private String revision(UpdateService plan) {
    var wanted = TaskDefinitionRevision.of(describe(plan.definition().arn()), plan.images());
    var newest = describe(wanted.family());
    return isIt(newest, wanted) ? arn(newest) : register(wanted, newest);
  }

  /** Where another message was as quick, the earlier revision is the one for both. */
  private String register(
      RegisterTaskDefinitionRequest wanted, DescribeTaskDefinitionResponse newest) {
    var registered = ecs.registerTaskDefinition(wanted).taskDefinition();
    var next = newest.taskDefinition().revision() + 1;
    if (registered.revision() > next) {
      var earlier = describe(wanted.family() + ":" + next);
      if (isIt(earlier, wanted)) {
        return arn(earlier);
      }
    }
    return registered.taskDefinitionArn();
  }

  private static boolean isIt(
      DescribeTaskDefinitionResponse described, RegisterTaskDefinitionRequest wanted) {
    return described.taskDefinition().status() == TaskDefinitionStatus.ACTIVE
        && TaskDefinitionRevision.of(described).equals(wanted);
  }

  private static String arn(DescribeTaskDefinitionResponse described) {
    return described.taskDefinition().taskDefinitionArn();
  }

  private DescribeTaskDefinitionResponse describe(String definition) {
    return ecs.describeTaskDefinition(
        request -> request.taskDefinition(definition).include(TaskDefinitionField.TAGS));
  }
}
