package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Adviser;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Diagnostician;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.FailureQueue;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a person asked for, done at once and answered in words. */
final class RescueWorker {
  private final TimedCopier copier;
  private final ReplicationPlanner planner;
  private final Circumstances circumstances;
  private final FailureQueue failures;
  private final Announcer announcer;

  RescueWorker(
      TimedCopier copier,
      ReplicationPlanner planner,
      Circumstances circumstances,
      FailureQueue failures,
      Announcer announcer) {
    this.copier = copier;
    this.planner = planner;
    this.circumstances = circumstances;
    this.failures = failures;
    this.announcer = announcer;
  }

  /** The report, line by line. */
  List<String> work(JsonNode input, Context context) {
    var origin = new Origin.Person(context.getAwsRequestId());
    return switch (ByHand.of(input)) {
      case ByHand.Images it -> copy(origin, it.images(), context);
      case ByHand.Text it -> understand(origin, it.message(), context);
      case ByHand.OfBuild it -> enqueue(it.buildId());
      case ByHand.Unclear it -> List.of("nothing was done: " + it.why());
    };
  }

  private List<String> enqueue(String buildId) {
    failures.put(buildId);
    return List.of(
        "build " + buildId + " is in the queue of failures, as if it had just failed;",
        "the log of pull-rescue-diagnose says what comes of it");
  }

  private List<String> understand(Origin origin, String message, Context context) {
    var excerpt = new Excerpt(Excerpt.Place.MESSAGE, message);
    return switch (new Diagnostician().diagnose(new Failure(origin, null, List.of(excerpt)))) {
      case Diagnosis.NotAPullFailure it ->
          List.of("this is no failed pull of an image, as far as the text says");
      case PullFailed it -> follow(origin, it, context);
    };
  }

  private List<String> follow(Origin origin, PullFailed diagnosis, Context context) {
    var plan = planner.plan(origin, diagnosis);
    var advice = new Adviser().advise(diagnosis, circumstances);
    var report = new ArrayList<String>();
    report.add(Sentence.of(new Announcement.Diagnosed(origin, diagnosis, plan, advice)));
    if (plan instanceof ReplicationPlan.Replicate it) {
      var images = it.requests().stream().map(ReplicationRequest::image).toList();
      report.addAll(copy(origin, images, context));
    }
    advice.remedies().forEach(remedy -> report.addAll(lines(remedy)));
    return report;
  }

  private static List<String> lines(Advice.Remedy remedy) {
    var text = remedy.text() == null ? Stream.<String>empty() : remedy.text().lines();
    return Stream.concat(Stream.of("* " + remedy.words()), text.map(line -> "    " + line))
        .toList();
  }

  private List<String> copy(Origin origin, List<ImageReference> images, Context context) {
    return images.stream()
        .map(image -> new ReplicationRequest(origin, image, images, false))
        .map(request -> copy(request, context))
        .toList();
  }

  private String copy(ReplicationRequest request, Context context) {
    var image = request.image();
    return switch (copier.replicate(CopyOrder.of(request, 1), context)) {
      case Replication.Replicated it -> announce(new Announcement.Replicated(request, it));
      case Replication.Refused it ->
          announce(new Announcement.NotReplicated(request.origin(), image, it.why()));
      case Replication.Postponed it ->
          image.familiar() + ": not now: " + it.why() + "; try again in " + words(it);
    };
  }

  private static String words(Replication.Postponed postponed) {
    var minutes = postponed.after().toMinutes();
    return minutes == 0 ? postponed.after().toSeconds() + " seconds" : minutes + " minutes";
  }

  private String announce(Announcement announcement) {
    announcer.announce(announcement);
    return Sentence.of(announcement);
  }
}
