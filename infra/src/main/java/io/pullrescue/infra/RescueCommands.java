package io.pullrescue.infra;

/** How a retried build comes to its copies. */
enum RescueCommands implements Choice {
  /** Its docker daemon asks a registry mirror of its own first, which has them. */
  MIRROR,
  /** They are pulled before anything else runs, and tagged with the names of the images. */
  TAGS,
  /** It logs in to Docker Hub, and pulls from there. */
  LOGIN
}
