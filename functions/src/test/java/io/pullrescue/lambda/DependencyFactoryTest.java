package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.pullrescue.config.EnvironmentVariables;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DependencyFactoryTest {
  private static final String REGION = "aws.region";

  @BeforeAll
  static void setRegion() {
    System.setProperty(REGION, "us-east-1");
  }

  @AfterAll
  static void clearRegion() {
    System.clearProperty(REGION);
  }

  /** The stack gives the manual function no queue of replication requests. */
  @Test
  void manualServiceNeedsOnlyTheQueueOfFailures() {
    var environment =
        new FunctionEnvironment(
            Map.of(
                EnvironmentVariables.CONFIG, "{}",
                EnvironmentVariables.REGISTRY, "123456789012.dkr.ecr.us-east-1.amazonaws.com",
                EnvironmentVariables.FAILURES_QUEUE_URL, "https://sqs.example.com/failures"));

    assertThatCode(() -> new DependencyFactory(environment).manualService())
        .doesNotThrowAnyException();
  }
}
