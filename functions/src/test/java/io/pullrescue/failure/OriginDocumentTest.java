package io.pullrescue.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OriginDocumentTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Origin> origins() {
    return Stream.of(
        new Origin.Build("shop:b0c7d1f4", "shop"),
        new Origin.Task("task", "cluster", "shop-web:41", "service:web", "FARGATE", "ecs-svc/1"),
        new Origin.Job("4c7599ae", "queue", "nightly:12"),
        new Origin.Person("request-1"),
        new Origin.Refresh("request-2"));
  }

  @ParameterizedTest
  @MethodSource("origins")
  void anOriginComesOutAsItWentIn(Origin origin) throws JsonProcessingException {
    var sent = OriginDocument.of(origin).toString();

    assertThat(OriginDocument.read(JSON.readTree(sent))).contains(origin);
  }

  @Test
  void whatIsOfNoKnownKindIsNoOrigin() throws JsonProcessingException {
    assertThat(OriginDocument.read(JSON.readTree("{\"kind\": \"moon\", \"id\": \"1\"}"))).isEmpty();
    assertThat(OriginDocument.read(JSON.readTree("[]"))).isEmpty();
  }
}
