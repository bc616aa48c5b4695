package io.pullrescue.workload.ecs;

import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;

/** Describes and updates services. */
final class ServiceClient {
  private final EcsClient ecs;
  private final TaskDefinitionClient definitionClient;

  ServiceClient(EcsClient ecs, TaskDefinitionClient definitionClient) {
    this.ecs = ecs;
    this.definitionClient = definitionClient;
  }

  /** Returns the service with its tags; empty if it or its cluster does not exist. */
  Optional<Service> find(String clusterArn, String name) {
    try {
      return ecs
          .describeServices(
              request -> request.cluster(clusterArn).services(name).include(ServiceField.TAGS))
          .services()
          .stream()
          .findFirst();
    } catch (ClusterNotFoundException deleted) {
      return Optional.empty();
    }
  }

  /**
   * Has the service run a revision with the mirrored images. Repeated calls register one revision,
   * and UpdateService starts no deployment if the service has that revision already.
   *
   * @return the revision, {@code family:revision}
   */
  String update(UpdateService plan) {
    var definition = plan.definition();
    var newest =
        definitionClient
            .find(definition.definition().family())
            .orElseThrow(() ->
                new IllegalStateException(
                    "the family of " + definition.name() + " has no active revision"));
    var revision =
        definitionClient.findOrRegisterRevision(definition, newest, plan.containerImages());
    ecs.updateService(request ->
        request
            .cluster(plan.service().clusterArn())
            .service(plan.service().serviceArn())
            .taskDefinition(revision));
    return revision.substring(revision.lastIndexOf('/') + 1);
  }
}
