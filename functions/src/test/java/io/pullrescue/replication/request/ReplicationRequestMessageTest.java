package io.pullrescue.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicationRequestMessageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{'image':'ruby:2.7'}",
        "{'trigger':null,'image':'ruby:2.7'}",
        "{'trigger':'manual','image':'ruby:2.7'}",
        "{'trigger':{'id':'r-1'},'image':'ruby:2.7'}",
        "{'trigger':{'type':'java.lang.Object','id':'r-1'},'image':'ruby:2.7'}",
        "{'trigger':{'type':'manual','id':'r-1'}}",
        "{'trigger':{'type':'manual','id':'r-1'},'image':'no reference'}",
        "{'trigger':{'type':'manual','id':'r-1'},'image':'ruby:2.7','images':[null]}",
        "{'trigger':{'type':'manual','id':'r-1'},'image':'ruby:2.7','images':[{}]}",
        "{'trigger':{'type':'manual','id':'r-1'},'image':'ruby:2.7','resumeState':7}"
      })
  void rejectsMalformedMessages(String body) {
    assertThat(ReplicationRequestMessage.parse(body.replace('\'', '"'))).isEmpty();
  }

  @Test
  void acceptsMessagesWithoutOptionalProperties() {
    var body =
        "{'trigger':{'type':'manual','id':'r-1','later':1},'image':'ruby:2.7','later':{},'images':null}";

    assertThat(ReplicationRequestMessage.parse(body.replace('\'', '"')))
        .hasValueSatisfying(request -> {
          assertThat(request.trigger()).isEqualTo(new Trigger.Manual("r-1"));
          assertThat(request.image()).isEqualTo(ImageReference.of("ruby:2.7"));
          assertThat(request.requiredImages()).isEmpty();
          assertThat(request.causedFailure()).isFalse();
          assertThat(request.platform()).isNull();
          assertThat(request.pullSecret()).isNull();
          assertThat(request.resumeState()).isEqualTo(ResumeState.NONE);
        });
  }

  /** A request that waits for hours must delay no other tag of its repository. */
  @Test
  void groupsByImageWithTagOrDigest() {
    assertThat(groupId("node:18")).isEqualTo(groupId("docker.io/library/node:18"));
    assertThat(groupId("node:18")).isNotEqualTo(groupId("node:20"));
    assertThat(groupId("node:18"))
        .isNotEqualTo(groupId("node@sha256:" + "0".repeat(64)))
        .matches("[0-9a-f]{64}");
  }

  private static String groupId(String image) {
    var reference = ImageReference.of(image);
    var request =
        new ReplicationRequest(new Trigger.Manual("r-1"), reference, List.of(reference), false);
    return ReplicationRequestMessage.of(request).groupId();
  }
}
