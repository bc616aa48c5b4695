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
 * Selects the mirrored tags that are checked for updates.
 *
 * <p>These are the tags whose present image was pulled from the mirror. So there is at most one
 * copy for each image that was pulled, and a tag that is no longer used is updated once and then
 * never again. "Pulled within the last days" would not work: a refresh pushes a new image, which
 * would count as recent for as long as upstream keeps updating the tag; and ECR records a pull up
 * to a day late.
 */
public final class RefreshPlanner {
  /**
   * Limits the requests of one refresh, which share a queue with those of failed workloads. The
   * tags are chosen at random, so that each is chosen at some time.
   */
  static final int MAX_IMAGES = 100;

  /** The tags of signatures and attestations in registries without the referrers API. */
  private static final Pattern REFERRER_TAG = Pattern.compile("sha256-[0-9a-f]{64}.*");

  private final MirrorNaming mirrorNaming;
  private final boolean allPlatforms;
  private final Random random;

  /**
   * Creates a planner for a mirror.
   *
   * @param allPlatforms whether images are mirrored with all platforms; tags of single platforms
   *     are not refreshed, because only a rate-limited request shows whether they have changed
   */
  public RefreshPlanner(MirrorNaming mirrorNaming, boolean allPlatforms, Random random) {
    this.mirrorNaming = mirrorNaming;
    this.allPlatforms = allPlatforms;
    this.random = random;
  }

  /** Selects from all tags of the mirror. */
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
