package io.pullrescue.lambda;

import io.pullrescue.config.Mode;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.RefreshPlan;
import io.pullrescue.replication.request.RefreshPlanner;
import io.pullrescue.replication.request.ReplicationQueuePort;
import io.pullrescue.replication.request.ReplicationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks for the tags of the mirror that upstream may have moved on; nobody waits for them. */
final class RefreshService {
  private final Mode mode;
  private final Supplier<List<MirroredTag>> tagInventory;
  private final RefreshPlanner planner;
  private final ReplicationQueuePort replicationQueue;

  RefreshService(
      Mode mode,
      Supplier<List<MirroredTag>> tagInventory,
      RefreshPlanner planner,
      ReplicationQueuePort replicationQueue) {
    this.mode = mode;
    this.tagInventory = tagInventory;
    this.planner = planner;
    this.replicationQueue = replicationQueue;
  }

  /** The report of the refresh with this id, line by line. */
  List<String> refresh(String id) {
    if (mode == Mode.OBSERVE) {
      return List.of("nothing is refreshed: the mode is observe");
    }
    var plan = planner.plan(tagInventory.get());
    var trigger = new Trigger.Refresh(id);
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
            ? "upstream is asked about no tag"
            : "upstream is asked about %d tag(s): %s".formatted(images.size(), names(images)));
    lines.add(
        ("left as they are: %d tag(s) that nobody has pulled since they came,"
                + " %d that are not upstream's or are denied")
            .formatted(plan.unused(), plan.excluded()));
    if (plan.deferred() > 0) {
      lines.add("too many for once: %d more tag(s)".formatted(plan.deferred()));
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
