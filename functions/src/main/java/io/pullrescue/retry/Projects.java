package io.pullrescue.retry;

import java.util.Optional;

/** The projects that builds belong to. */
public interface Projects {
  /** The project, or empty where there is none of that name. */
  Optional<Project> project(String name);

  /** Puts this into the project. Asking twice changes it once. */
  void change(ProjectChange change);

  /** Gives the project back what it said before; false where nothing of ours is in it. */
  boolean undo(String name);
}
