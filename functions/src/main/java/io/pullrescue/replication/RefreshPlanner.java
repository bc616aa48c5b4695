package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Decides which tags may have to be moved on, because upstream has moved them on.
 *
 * <p>It is the tags whose present image somebody has pulled. So there is one copy at most for each
 * image that was pulled, and a tag that nobody wants any more is moved once and then never again. A
 * span of time would not do: what a refresh brings is newly pushed, and would be within the span
 * for as long as upstream goes on moving; and Amazon ECR notes a pull up to a day late.
 */
public final class RefreshPlanner {
  /**
   * More questions at once would keep failed work waiting: they go through the same queue. Which
   * are left out is left to chance, so that none is left out for ever.
   */
  static final int MOST = 100;

  /** What goes with an image that has no list of its referrers: signatures, attestations. */
  private static final Pattern ATTACHED = Pattern.compile("sha256-[0-9a-f]{64}.*");

  private final Mirror mirror;
  private final boolean whole;
  private final Random chance;

  /**
   * A planner for this mirror.
   *
   * @param whole whether images are copied with all platforms; only a counted pull could tell
   *     whether one platform that is kept alone has moved
   */
  public RefreshPlanner(Mirror mirror, boolean whole, Random chance) {
    this.mirror = mirror;
    this.whole = whole;
    this.chance = chance;
  }

  /** What to ask for, out of all that there is. */
  public Refresh plan(List<HeldTag> held) {
    var used = new ArrayList<ImageReference>();
    var unused = 0;
    var excluded = 0;
    for (var tag : held) {
      var upstream = upstream(tag.copy());
      if (upstream.isEmpty()) {
        excluded++;
      } else if (tag.pulled()) {
        used.add(upstream.get());
      } else {
        unused++;
      }
    }
    Collections.shuffle(used, chance);
    var now = used.subList(0, Math.min(used.size(), MOST));
    return new Refresh(now, unused, excluded, used.size() - now.size());
  }

  private Optional<ImageReference> upstream(ImageReference copy) {
    var tag = copy.identifier();
    return ATTACHED.matcher(tag).matches() || (!whole && Mirror.isOnly(tag))
        ? Optional.empty()
        : mirror.upstreamOf(copy);
  }
}
