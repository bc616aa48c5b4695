package io.pullrescue.lambda;

import io.pullrescue.config.Mode;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.RefreshPlan;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.text.HumanFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Requests the replication of mirrored tags that upstream may have updated. */
final class RefreshService {
  private final Mode mode;
  private final Supplier<List<MirroredTag>> tagInventory;
  private final RefreshPlanner planner;
  private final ReplicationQueue replicationQueue;

  RefreshService(
      Mode mode,
      Supplier<List<MirroredTag>> tagInventory,
      RefreshPlanner planner,
      ReplicationQueue replicationQueue) {
    this.mode = mode;
    this.tagInventory = tagInventory;
    this.planner = planner;
    this.replicationQueue = replicationQueue;
  }

  /** Sends the requests, and returns the lines of a report. */
  List<String> refresh(Trigger.Refresh trigger) {
    if (mode == Mode.OBSERVE) {
      return List.of("nothing is refreshed because the mode is `observe`");
    }
    var plan = planner.plan(tagInventory.get());
    plan.images().stream()
        .map(image -> new ReplicationRequest(trigger, image, List.of(image), false))
        .forEach(replicationQueue::send);
    return report(plan);
  }

  private static List<String> report(RefreshPlan plan) {
    var images = plan.images();
    var lines = new ArrayList<String>();
    lines.add(
        images.isEmpty()
            ? "no tag is checked for updates"
            : "%s checked for updates: %s"
                .formatted(HumanFormat.count(images.size(), "tag"), names(images)));
    lines.add(
        "not checked: %s not pulled since the last copy, %s without an allowed upstream image"
            .formatted(
                HumanFormat.count(plan.unused(), "tag"),
                HumanFormat.count(plan.excluded(), "tag")));
    if (plan.deferred() > 0) {
      lines.add("left for the next refresh: " + HumanFormat.count(plan.deferred(), "tag"));
    }
    return lines;
  }

  private static String names(List<ImageReference> images) {
    return images.stream()
        .map(ImageReference::familiarString)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
