package io.pullrescue.retry;

import java.util.ArrayList;
import java.util.List;

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
    remarks.add(new PullRemark(definition.executionRole(), service.arn()).about(copies));
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
}
