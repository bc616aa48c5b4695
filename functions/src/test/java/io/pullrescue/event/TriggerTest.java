package io.pullrescue.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TriggerTest {
  static Stream<Trigger> triggers() {
    return Stream.of(
        new Trigger.Build("shop:b0c7d1f4", "shop"),
        new Trigger.Task("task", "cluster", "shop-web:41", "service:web", "FARGATE", "ecs-svc/1"),
        new Trigger.Job("4c7599ae", "queue", "nightly:12"),
        new Trigger.Manual("request-1"),
        new Trigger.Refresh("request-2"));
  }

  @ParameterizedTest
  @MethodSource("triggers")
  void roundTripsEveryTrigger(Trigger trigger) throws JsonProcessingException {
    assertThat(EventJson.read(EventJson.write(trigger), Trigger.class)).isEqualTo(trigger);
  }

  @Test
  void writesTypeFirst() {
    assertThat(EventJson.write(new Trigger.Build("shop:b0c7d1f4", "shop")))
        .isEqualTo("{\"type\":\"build\",\"id\":\"shop:b0c7d1f4\",\"project\":\"shop\"}");
  }

  @Test
  void readsAbsentAndNullTextsAsEmpty() throws JsonProcessingException {
    assertThat(EventJson.read("{\"type\": \"build\", \"id\": null}", Trigger.class))
        .isEqualTo(new Trigger.Build("", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"type\": \"moon\", \"id\": \"1\"}", "{\"id\": \"1\"}", "[]", "7"})
  void rejectsUnknownType(String json) {
    assertThatThrownBy(() -> EventJson.read(json, Trigger.class))
        .isInstanceOf(JsonProcessingException.class);
  }
}
