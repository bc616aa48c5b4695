package io.pullrescue.replication.request;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
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
  static final int MAX_IMAGES = 100;

  /** What goes with an image that has no list of its referrers: signatures, attestations. */
  private static final Pattern REFERRER_TAG = Pattern.compile("sha256-[0-9a-f]{64}.*");

  private final MirrorNaming mirrorNaming;
  private final boolean allPlatforms;
  private final Random random;

  /**
   * A planner for this mirror.
   *
   * @param allPlatforms whether images are copied with all platforms; only a counted pull could
   *     tell whether one platform that is kept alone has moved
   */
  public RefreshPlanner(MirrorNaming mirrorNaming, boolean allPlatforms, Random random) {
    this.mirrorNaming = mirrorNaming;
    this.allPlatforms = allPlatforms;
    this.random = random;
  }

  /** What to ask for, out of all that there is. */
  public RefreshPlan plan(List<MirroredTag> tags) {
    var pulled = new ArrayList<ImageReference>();
    var unused = 0;
    var excluded = 0;
    for (var tag : tags) {
      var upstream = upstreamReference(tag.reference());
      if (upstream.isEmpty()) {
        excluded++;
      } else if (tag.pulled()) {
        pulled.add(upstream.get());
      } else {
        unused++;
      }
    }
    Collections.shuffle(pulled, random);
    var selected = pulled.subList(0, Math.min(pulled.size(), MAX_IMAGES));
    return new RefreshPlan(selected, unused, excluded, pulled.size() - selected.size());
  }

  private Optional<ImageReference> upstreamReference(ImageReference mirrorReference) {
    var tag = mirrorReference.identifier();
    return REFERRER_TAG.matcher(tag).matches() || (!allPlatforms && MirrorNaming.isPlatformTag(tag))
        ? Optional.empty()
        : mirrorNaming.upstreamReference(mirrorReference);
  }
}
