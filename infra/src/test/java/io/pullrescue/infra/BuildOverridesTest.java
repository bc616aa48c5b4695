package io.pullrescue.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pullrescue.infra.function.FunctionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Reads which parameters of CodeBuild's requests the role of retry may set. */
final class BuildOverridesTest {
  @Test
  void retryMayNotSendOverridesThatItNeverNeeds() {
    var stack = SynthesizedStack.with(Map.of("projectUpdates", "until-success"));
    var role = stack.function(FunctionSpec.RETRY).path("Role").path("Fn::GetAtt").path(0).asText();
    var unlimited = new ArrayList<String>();
    stack
        .all("AWS::IAM::Policy")
        .filter(policy -> policy.path("Roles").toString().contains('"' + role + '"'))
        .flatMap(policy ->
            StreamSupport.stream(
                policy.path("PolicyDocument").path("Statement").spliterator(), false))
        .filter(statement ->
            statement.path("Action").toString().matches(".*(StartBuild|UpdateProject)\".*"))
        .filter(statement -> !statement.path("Condition").toString().contains("codebuild:"))
        .forEach(statement -> unlimited.add(statement.toString()));
    assertEquals(List.of(), unlimited, "statements without a condition on what is overridden");
  }
}
