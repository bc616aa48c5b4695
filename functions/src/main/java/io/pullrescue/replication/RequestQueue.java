package io.pullrescue.replication;

/** The queue of images to be copied: one at a time for each image, many images at once. */
public interface RequestQueue {
  /** Puts the request at the end of its group; asking twice within minutes is asking once. */
  void put(ReplicationRequest request);
}
