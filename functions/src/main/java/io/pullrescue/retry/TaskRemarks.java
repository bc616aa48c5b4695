package io.pullrescue.retry;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What people have to know when their service starts from the copy. */
final class TaskRemarks {
  private final Service service;
  private final TaskDefinition definition;

  TaskRemarks(Service service, TaskDefinition definition) {
    this.service = service;
    this.definition = definition;
  }

  List<String> about(List<Copy> copies) {
    var remarks = new ArrayList<String>();
    remarks.add("it is " + whoPulls() + " that has to pull from " + repositories(copies));
    service
        .stack()
        .ifPresent(stack ->
            remarks.add(
                "the CloudFormation stack "
                    + stack
                    + " owns the service: its next deployment puts the old image back, unless its"
                    + " template names the copy"));
    return remarks;
  }

  private String whoPulls() {
    var role = definition.executionRole();
    return role == null
        ? "the role of the container instances"
        : "the execution role " + role.substring(role.lastIndexOf('/') + 1);
  }

  private String repositories(List<Copy> copies) {
    return copies.stream().map(this::repository).distinct().collect(Collectors.joining(", "));
  }

  /** In the partition, region and account of the service, which are the mirror's. */
  private String repository(Copy copy) {
    var parts = service.arn().split(":", -1);
    return "arn:%s:ecr:%s:%s:repository/%s"
        .formatted(parts[1], parts[3], parts[4], copy.copy().repository());
  }
}
