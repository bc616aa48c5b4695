package io.pullrescue.lambda;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.HeldTags;
import io.pullrescue.replication.Refresh;
import io.pullrescue.replication.RefreshPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Asks for the tags of the mirror that upstream may have moved on; nobody waits for them. */
final class RefreshWorker {
  private final Settings.Mode mode;
  private final HeldTags tags;
  private final RefreshPlanner planner;
  private final RequestQueue requests;

  RefreshWorker(Settings.Mode mode, HeldTags tags, RefreshPlanner planner, RequestQueue requests) {
    this.mode = mode;
    this.tags = tags;
    this.planner = planner;
    this.requests = requests;
  }

  /** The report of the refresh with this id, line by line. */
  List<String> work(String id) {
    if (mode == Settings.Mode.OBSERVE) {
      return List.of("nothing is refreshed: the mode is observe");
    }
    var refresh = planner.plan(tags.all());
    var origin = new Origin.Refresh(id);
    refresh.images().stream()
        .map(image -> new ReplicationRequest(origin, image, List.of(image), false))
        .forEach(requests::put);
    return report(refresh);
  }

  private static List<String> report(Refresh refresh) {
    var images = refresh.images();
    var lines = new ArrayList<String>();
    lines.add(
        images.isEmpty()
            ? "upstream is asked about no tag"
            : "upstream is asked about %d tag(s): %s".formatted(images.size(), names(images)));
    lines.add(
        ("left as they are: %d tag(s) that nobody has pulled since they came,"
                + " %d that are not upstream's or are denied")
            .formatted(refresh.unused(), refresh.excluded()));
    if (refresh.deferred() > 0) {
      lines.add("too many for once: %d more tag(s)".formatted(refresh.deferred()));
    }
    return lines;
  }

  private static String names(List<ImageReference> images) {
    return images.stream().map(ImageReference::familiar).sorted().collect(Collectors.joining(", "));
  }
}
