package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.Build;
import java.util.List;

/** Starts probes and finds them again. */
public interface ProbeStarterPort {
  /** The recent probes of this project, newest first. */
  List<Build> findRecent(String project);

  /** Starts a probe of the source of this build; its id. Asking twice starts one build. */
  String start(Build build, ProbeBuild probe);
}
