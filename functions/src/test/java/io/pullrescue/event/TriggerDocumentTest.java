package io.pullrescue.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TriggerDocumentTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Trigger> origins() {
    return Stream.of(
        new Trigger.Build("shop:b0c7d1f4", "shop"),
        new Trigger.Task("task", "cluster", "shop-web:41", "service:web", "FARGATE", "ecs-svc/1"),
        new Trigger.Job("4c7599ae", "queue", "nightly:12"),
        new Trigger.Manual("request-1"),
        new Trigger.Refresh("request-2"));
  }

  @ParameterizedTest
  @MethodSource("origins")
  void roundTripsEveryTrigger(Trigger trigger) throws JsonProcessingException {
    var json = TriggerDocument.toJson(trigger).toString();

    assertThat(TriggerDocument.parse(JSON.readTree(json))).contains(trigger);
  }

  @Test
  void rejectsUnknownType() throws JsonProcessingException {
    assertThat(TriggerDocument.parse(JSON.readTree("{\"kind\": \"moon\", \"id\": \"1\"}")))
        .isEmpty();
    assertThat(TriggerDocument.parse(JSON.readTree("[]"))).isEmpty();
  }
}
