package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Services, as Amazon ECS describes them, and their updates. */
public final class ServiceClient implements ServiceClientPort {
  private final EcsClient ecs;
  private final TaskDefinitionClient definitions;

  /** Asks this client. */
  public ServiceClient(EcsClient ecs) {
    this.ecs = ecs;
    this.definitions = new TaskDefinitionClient(ecs);
  }

  @Override
  public Optional<EcsService> find(String cluster, String name) {
    try {
      return ecs
          .describeServices(
              request -> request.cluster(cluster).services(name).include(ServiceField.TAGS))
          .services()
          .stream()
          .findFirst()
          .map(ServiceClient::toService);
    } catch (ClusterNotFoundException deleted) {
      return Optional.empty();
    }
  }

  private static EcsService toService(software.amazon.awssdk.services.ecs.model.Service service) {
    return new EcsService(
        service.serviceArn(),
        service.serviceName(),
        service.clusterArn(),
        service.status(),
        controllerType(service.deploymentController()),
        service.taskDefinition(),
        service.tags().stream().collect(toMap(Tag::key, Tag::value)));
  }

  /** A service that names none has the usual one. */
  private static String controllerType(@Nullable DeploymentController controller) {
    return controller == null ? "ECS" : controller.typeAsString();
  }

  @Override
  public String update(UpdateService plan) {
    var revision =
        definitions.findOrRegisterRevision(plan.definition().arn(), plan.containerImages());
    // The revision that is there already starts no other deployment.
    ecs.updateService(request ->
        request
            .cluster(plan.service().cluster())
            .service(plan.service().arn())
            .taskDefinition(revision));
    return revision.substring(revision.lastIndexOf('/') + 1);
  }
}
