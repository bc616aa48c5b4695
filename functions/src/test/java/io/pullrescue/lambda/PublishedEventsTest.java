package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.Origin;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.BusEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The ears of all workers' tests check each event as well. */
final class PublishedEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Origin ORIGIN = new Origin.Build(Rescued.BUILD, "shop");

  @Test
  void theSampleEventFitsItsSchema() throws IOException {
    var sample = JSON.readTree(Rescued.sample("rescue/image-replicated.json"));

    PublishedSchema.check(
        new BusEvent(sample.path("detail-type").asText(), sample.path("detail").toString()));
  }

  @Test
  void anEventWithAFieldThatIsNotPublishedDoesNotFit() {
    var event = BusEvent.of(new RetryRefused(ORIGIN, "no"));
    var more = event.detail().replaceFirst("\\{", "{\"more\": 1, ");

    assertThatThrownBy(() -> PublishedSchema.check(new BusEvent(event.detailType(), more)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("more");
  }

  @Test
  void anOriginOfAnotherKindDoesNotFit() {
    var event = BusEvent.of(new RetryRefused(ORIGIN, "no"));
    var other = event.detail().replace("codebuild-build", "somebody");

    assertThatThrownBy(() -> PublishedSchema.check(new BusEvent(event.detailType(), other)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void theSentenceSaysWhatPeopleCanDo() throws IOException {
    assertThat(sentence(Rescued.diagnosed("toomanyrequests")))
        .contains("diagnosed RATE_LIMITED of ruby:2.7: \"toomanyrequests\"")
        .endsWith("; log in to Docker Hub");
  }

  @Test
  void whatALogSaysCanCallNobodyInAChat() throws IOException {
    assertThat(sentence(Rescued.diagnosed("<!channel> [free](https://evil.example) `x`")))
        .contains("channel")
        .doesNotContain("<", ">", "[", "]", "`");
  }

  private static String sentence(Diagnosed diagnosed) throws IOException {
    var event = BusEvent.of(diagnosed);
    PublishedSchema.check(event);
    return JSON.readTree(event.detail()).path("sentence").asText();
  }
}
