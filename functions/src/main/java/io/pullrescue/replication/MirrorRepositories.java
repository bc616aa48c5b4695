package io.pullrescue.replication;

/** The repositories of the mirror as things to be made and kept in order. */
public interface MirrorRepositories {
  /** Makes the repository where it is missing, and brings who may pull from it up to date. */
  void ensure(String repository);
}
