package io.pullrescue.retry;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says who needs the right to pull the copies.
 *
 * @param executionRole the ARN of the role that pulls; null where the host's own does
 * @param work an ARN in the partition, region and account of the work, which are the mirror's
 */
record PullRemark(@Nullable String executionRole, String work) {
  String about(List<Copy> copies) {
    return "it is " + whoPulls() + " that has to pull from " + repositories(copies);
  }

  private String whoPulls() {
    return executionRole == null
        ? "the role of the container instances"
        : "the execution role " + executionRole.substring(executionRole.lastIndexOf('/') + 1);
  }

  private String repositories(List<Copy> copies) {
    return copies.stream().map(this::repository).distinct().collect(Collectors.joining(", "));
  }

  private String repository(Copy copy) {
    var parts = work.split(":", -1);
    return "arn:%s:ecr:%s:%s:repository/%s"
        .formatted(parts[1], parts[3], parts[4], copy.copy().repository());
  }
}
