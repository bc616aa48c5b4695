package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.PullPermissionNote;
import java.util.ArrayList;
import java.util.List;

/** What people have to know when their service starts from the copy. */
final class ServiceUpdateNotes {
  private final EcsService service;
  private final TaskDefinition definition;

  ServiceUpdateNotes(EcsService service, TaskDefinition definition) {
    this.service = service;
    this.definition = definition;
  }

  List<String> notes(List<MirroredImage> mirroredImages) {
    var notes = new ArrayList<String>();
    notes.add(
        new PullPermissionNote(definition.executionRole(), service.arn()).describe(mirroredImages));
    service
        .cloudFormationStack()
        .ifPresent(stack ->
            notes.add(
                "the CloudFormation stack "
                    + stack
                    + " owns the service: its next deployment puts the old image back, unless its"
                    + " template names the copy"));
    return notes;
  }
}
