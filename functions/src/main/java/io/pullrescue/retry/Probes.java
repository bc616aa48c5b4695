package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import java.util.List;

/** Starts probes and finds them again. */
public interface Probes {
  /** The recent probes of this project, newest first. */
  List<Build> of(String project);

  /** Starts a probe of the source of this build; its id. Asking twice starts one build. */
  String start(Build build, Probe probe);
}
