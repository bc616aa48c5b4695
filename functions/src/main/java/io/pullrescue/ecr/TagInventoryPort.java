package io.pullrescue.ecr;

import java.util.List;

/** What the mirror holds under tags. */
public interface TagInventoryPort {
  /** All tags of the repositories that were made for copies. */
  List<MirroredTag> listTags();
}
