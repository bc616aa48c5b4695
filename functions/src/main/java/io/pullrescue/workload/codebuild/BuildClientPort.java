package io.pullrescue.workload.codebuild;

import java.util.Optional;

/** The builds of this account and region, as their service knows them. */
public interface BuildClientPort {
  /** The build, or empty where the service knows none of that id (any more). */
  Optional<Build> find(String id);
}
