package io.pullrescue.replication.request;

/** The queue of images to be copied: one at a time for each image, many images at once. */
public interface ReplicationQueuePort {
  /** Puts the request at the end of its group; asking twice within minutes is asking once. */
  void send(ReplicationRequest request);
}
