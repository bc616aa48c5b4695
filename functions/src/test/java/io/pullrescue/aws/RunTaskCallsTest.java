package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pullrescue.failure.Task;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.TaskNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;

final class RunTaskCallsTest {
  private static final String ARN =
      "arn:aws:ecs:us-east-1:123456789012:task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586";

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final CloudTrailClient cloudTrail = aws.client(CloudTrailClient.builder());
  private final RunTaskCalls calls = new RunTaskCalls(() -> cloudTrail);

  @Test
  void theCallThatStartedTheTaskTellsItsNetwork() throws IOException {
    aws.to("LookupEvents", page(call(ARN + "0"), "next")).to("LookupEvents", page(call(ARN), null));

    assertThat(calls.of(task(Instant.ofEpochSecond(1781519407))))
        .contains(
            new TaskNetwork(
                List.of("subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"),
                List.of("sg-0a1b2c3d4e5f60718"),
                "ENABLED"));
    assertThat(aws.asked().getFirst())
        .contains("\"AttributeKey\":\"EventName\",\"AttributeValue\":\"RunTask\"")
        .contains("\"StartTime\":1781519347", "\"EndTime\":1781519467");
  }

  @Test
  void aCallThatIsNotToldOfYetMayBeLater() throws IOException {
    aws.to("LookupEvents", page(call(ARN + "0"), null));

    assertThat(calls.of(task(Instant.ofEpochSecond(1781519407)))).isEmpty();
  }

  @Test
  void aCallThatNamesNoNetworkTellsNone() throws IOException {
    var silent = call(ARN).replace("awsvpcConfiguration", "other");
    aws.to("LookupEvents", page(silent, null));

    assertThat(calls.of(task(Instant.ofEpochSecond(1781519407)))).isEmpty();
  }

  @Test
  void aTaskWithoutATimeIsNotLookedFor() {
    assertThat(calls.of(task(null))).isEmpty();
    assertThat(aws.asked()).isEmpty();
  }

  @Test
  void anAnswerThatIsNoCallIsAnError() {
    aws.to("LookupEvents", page("{", null));

    assertThatThrownBy(() -> calls.of(task(Instant.ofEpochSecond(1781519407))))
        .hasMessageContaining("CloudTrail returned an event that is no JSON");
  }

  private static StandaloneTask task(@Nullable Instant created) {
    var task =
        new Task(ARN, "shop", "shop-web:41", "", "FARGATE", "", "STOPPED", "", List.of(), null);
    return new StandaloneTask(task, Map.of(), Set.of("eni"), created);
  }

  private static String call(String task) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of("../events/cloudtrail/run-task.json").toFile())
        .toString()
        .replace(ARN, task);
  }

  private static String page(String call, @Nullable String next) {
    var page = JsonNodeFactory.instance.objectNode();
    page.putArray("Events").addObject().put("CloudTrailEvent", call);
    return (next == null ? page : page.put("NextToken", next)).toString();
  }
}
