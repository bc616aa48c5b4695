package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.testing.EventSchemas;
import io.pullrescue.testing.TestFixtures;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The ears of all workers' tests check each event as well. */
final class PublishedEventTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Trigger TRIGGER = new Trigger.Build(TestFixtures.BUILD, "shop");

  @Test
  void sampleEventMatchesSchema() throws IOException {
    var sample = JSON.readTree(TestFixtures.readSample("pull-rescue/image-replicated.json"));

    EventSchemas.validate(
        new PublishedEvent(
            sample.path("detail-type").asText(), "", sample.path("detail").toString()));
  }

  @Test
  void schemaRejectsUndocumentedField() {
    var event = PublishedEvent.of(new RetrySkipped(TRIGGER, "no"));
    var more = event.detail().replaceFirst("\\{", "{\"more\": 1, ");

    assertThatThrownBy(
            () -> EventSchemas.validate(new PublishedEvent(event.detailType(), "", more)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("more");
  }

  @Test
  void schemaRejectsUnknownTriggerType() {
    var event = PublishedEvent.of(new RetrySkipped(TRIGGER, "no"));
    var other = event.detail().replace("\"build\"", "\"somebody\"");

    assertThatThrownBy(
            () -> EventSchemas.validate(new PublishedEvent(event.detailType(), "", other)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void summaryContainsRemediation() throws IOException {
    assertThat(summary(TestFixtures.diagnosed("toomanyrequests")))
        .isEqualTo(
            "could not pull ruby:2.7: the registry's rate limit was exceeded; the mode is observe;"
                + " the log says: \"toomanyrequests\". What you can do: log in to Docker Hub");
  }

  @Test
  void summaryEscapesChatMarkup() throws IOException {
    assertThat(summary(TestFixtures.diagnosed("<!channel> [free](https://evil.example) `x`")))
        .contains("channel")
        .doesNotContain("<", ">", "[", "]", "`");
  }

  private static String summary(Diagnosed diagnosed) throws IOException {
    var event = PublishedEvent.of(diagnosed);
    EventSchemas.validate(event);
    return JSON.readTree(event.detail()).path("summary").asText();
  }
}
