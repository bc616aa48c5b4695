package io.pullrescue.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.RetryRequest.Recovery;
import io.pullrescue.workload.RetryRequest.Restore;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Message groups, deduplication ids and the JSON of retry requests. */
final class RetryRequestTest {
  private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
  private static final Retry BUILD = TestFixtures.retryRequest("build");

  /** SQS accepts no others in the ids of groups and deduplication. */
  private static final String LEGAL_ID =
      "[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}";

  static Stream<RetryRequest> requests() {
    return Stream.of(
        BUILD,
        BUILD.waitingUntil(NOON),
        BUILD.waitingUntil(NOON).due(),
        TestFixtures.retryRequest("task"),
        TestFixtures.retryRequest("task").waitingUntil(NOON),
        TestFixtures.retryRequest("job"),
        TestFixtures.retryRequest("job").forAllImages(),
        new Recovery(TestFixtures.BUILD),
        new Restore("shop", "m1"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void roundTripsEveryRequest(RetryRequest request) {
    assertThat(RetryRequestMessage.parse(RetryRequestMessage.write(request), "m1"))
        .contains(request);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void idsAreLegal(RetryRequest request) {
    assertThat(request.groupId()).matches(LEGAL_ID);
    assertThat(request.deduplicationId()).matches(LEGAL_ID);
  }

  @Test
  void messageHasTriggerAndImageOnly() {
    assertThat(RetryRequestMessage.write(BUILD))
        .isEqualTo(TestFixtures.readSample("retries/build.json").replaceAll("\\s", ""));
  }

  @ParameterizedTest
  @CsvSource({"build, build:shop", "task,  ecs:shop/service:web", "job,   batch:nightly"})
  void groupsByWhatMustNotRunTwice(String sample, String group) {
    assertThat(TestFixtures.retryRequest(sample).groupId()).isEqualTo(group);
  }

  @Test
  void groupsAllRequestsOfOneProjectTogether() {
    assertThat(Stream.of(BUILD, new Recovery(TestFixtures.BUILD), new Restore("shop", "m1")))
        .extracting(RetryRequest::groupId)
        .containsOnly("build:shop");
  }

  @Test
  void groupsStandaloneTasksByFamily() {
    var service = (Trigger.Task) TestFixtures.retryRequest("task").trigger();
    var standalone =
        new Trigger.Task(
            service.id(), service.cluster(), service.definition(), "my group", "FARGATE", "me");

    assertThat(retryOf(standalone).groupId()).isEqualTo("ecs:shop/family:shop-web");
  }

  @Test
  void longNamesStayWithinTheLimitsOfSqs() {
    var project = "p".repeat(150);
    var build = new Trigger.Build(project + TestFixtures.BUILD.substring(4), project);
    var task = (Trigger.Task) TestFixtures.retryRequest("task").trigger();
    var service =
        new Trigger.Task(
            task.id(),
            task.cluster(),
            task.definition(),
            "service:" + "s".repeat(255),
            "FARGATE",
            "");
    var job = (Trigger.Job) TestFixtures.retryRequest("job").trigger();
    var definition =
        new Trigger.Job(
            job.id(), job.queue(), job.definition().replace("nightly", "d".repeat(128)));

    assertThat(Stream.of(build, service, definition))
        .extracting(trigger -> retryOf(trigger).groupId())
        .allMatch(id -> id.matches(LEGAL_ID))
        .doesNotHaveDuplicates();
  }

  private static Retry retryOf(Trigger trigger) {
    return Retry.of(trigger, TestFixtures.RUBY).orElseThrow();
  }

  @Test
  void waitsInGroupOfItsOwn() {
    var waiting = BUILD.waitingUntil(NOON);

    assertThat(waiting.groupId()).startsWith("wait:").isNotEqualTo(BUILD.groupId());
    assertThat(waiting.due().groupId()).isEqualTo(BUILD.groupId());
  }

  /** SQS would drop the second of two messages with one id within five minutes. */
  @Test
  void eachStepOfARequestHasItsOwnDeduplicationId() {
    var waiting = BUILD.waitingUntil(NOON);
    var other = Retry.of(BUILD.trigger(), ImageReference.of("node:18")).orElseThrow();

    assertThat(
            Stream.of(
                BUILD,
                other,
                waiting,
                waiting.due(),
                waiting.due().waitingUntil(NOON),
                BUILD.forAllImages(),
                new Restore("shop", "m1"),
                new Restore("shop", "m2")))
        .extracting(RetryRequest::deduplicationId)
        .doesNotHaveDuplicates();
    assertThat(other.waitingUntil(NOON).due().forAllImages().deduplicationId())
        .isEqualTo(BUILD.forAllImages().deduplicationId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"manual", "refresh"})
  void noWorkloadWaitsForManualAndRefreshTriggers(String type) {
    var body = "{'trigger':{'type':'%s','id':'r-1'},'image':'ruby:2.7'}".formatted(type);

    assertThat(parse(body)).isEmpty();
  }

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
        "{'trigger':'build','image':'ruby:2.7'}",
        "{'trigger':{'type':'java.lang.Object','id':'x'},'image':'ruby:2.7'}",
        "{'trigger':BUILD}",
        "{'trigger':BUILD,'image':'no reference'}",
        "{'trigger':BUILD,'image':['ruby:2.7']}",
        "{'trigger':BUILD,'image':'ruby:2.7','mirroredImage':'evil'}",
        "{'trigger':BUILD,'image':'ruby:2.7','images':['evil']}",
        "{'trigger':BUILD,'image':'ruby:2.7','waits':-1}",
        "{'trigger':BUILD,'image':'ruby:2.7','waits':2147483647}",
        "{'trigger':BUILD,'image':'ruby:2.7','waits':'1'}",
        "{'trigger':BUILD,'image':'ruby:2.7','notBefore':'tomorrow'}",
        "{'trigger':BUILD,'image':'ruby:2.7','restore':'shop'}",
        "{'trigger':BUILD,'image':'ruby:2.7'} {}",
        "{'restore':'../shop'}",
        "{'restore':'shop','recovered':'shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60'}",
        "{'recovered':'shop'}"
      })
  void rejectsMalformedMessages(String body) {
    var build = "{'type':'build','id':'%s','project':'shop'}".formatted(TestFixtures.BUILD);

    assertThat(parse(body.replace("BUILD", build))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'build','id':'arn:aws:codebuild:us-east-1:999999999999:build/shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60'}",
        "{'type':'build','id':'../shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60'}",
        "{'type':'build','id':null}",
        "{'type':'task','id':'task','cluster':'cluster'}",
        "{'type':'job','id':'x'}"
      })
  void rejectsMalformedIds(String trigger) {
    assertThat(parse("{'trigger':" + trigger + ",'image':'ruby:2.7'}")).isEmpty();
  }

  private static Optional<RetryRequest> parse(String body) {
    return RetryRequestMessage.parse(body.replace('\'', '"'), "m1");
  }
}
