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
   * @return the revision, {@code family:revision}; empty if the family has no active revision
   */
  Optional<String> update(UpdateService plan) {
    return definitionClient
        .find(plan.definition().definition().family())
        .map(newest -> update(plan, newest));
  }

  private String update(UpdateService plan, TaskDefinitionRevision newest) {
    var revision =
        definitionClient.findOrRegisterRevision(plan.definition(), newest, plan.containerImages());
    ecs.updateService(request ->
        request
            .cluster(plan.service().clusterArn())
            .service(plan.service().serviceArn())
            .taskDefinition(revision));
    return revision.substring(revision.lastIndexOf('/') + 1);
  }
}
