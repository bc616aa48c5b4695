package io.pullrescue.replication;

import java.util.List;

/** What the mirror holds under tags. */
public interface HeldTags {
  /** All tags of the repositories that were made for copies. */
  List<HeldTag> all();
}
