package io.pullrescue.workload.codebuild;

import java.util.Optional;

/** The projects that builds belong to. */
public interface ProjectUpdaterPort {
  /** The project, or empty where there is none of that name. */
  Optional<ProjectInfo> findProject(String name);

  /** Puts this into the project. Asking twice changes it once. */
  void update(ProjectUpdate update);

  /** Gives the project back what it said before; false where nothing of ours is in it. */
  boolean restore(String name);
}
