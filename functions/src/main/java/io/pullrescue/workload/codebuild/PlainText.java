package io.pullrescue.workload.codebuild;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;

/** Environment variables of a build that anybody may read. */
public final class PlainText {
  private PlainText() {}

  public static List<EnvironmentVariable> variables(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> variable(entry.getKey(), entry.getValue()))
        .toList();
  }

  static EnvironmentVariable variable(String name, String value) {
    return EnvironmentVariable.builder()
        .name(name)
        .value(value)
        .type(EnvironmentVariableType.PLAINTEXT)
        .build();
  }
}
