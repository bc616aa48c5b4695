package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Services, as Amazon ECS describes them, and their updates. */
public final class EcsServices implements Services {
  private final EcsClient ecs;
  private final EcsTaskDefinitions definitions;

  /** Asks this client. */
  public EcsServices(EcsClient ecs) {
    this.ecs = ecs;
    this.definitions = new EcsTaskDefinitions(ecs);
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
  public String update(UpdateService plan) {
    var revision = definitions.revision(plan.definition().arn(), plan.images());
    // The revision that is there already starts no other deployment.
    ecs.updateService(request ->
        request
            .cluster(plan.service().cluster())
            .service(plan.service().arn())
            .taskDefinition(revision));
    return revision.substring(revision.lastIndexOf('/') + 1);
  }
}
