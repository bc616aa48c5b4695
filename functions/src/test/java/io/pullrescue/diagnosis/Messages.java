package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.Origin;
import java.util.List;

/** Short ways to diagnose a text, for tests. */
final class Messages {
  private Messages() {}

  static Diagnosis diagnose(String text) {
    return diagnose(Place.MESSAGE, text);
  }

  static Diagnosis diagnose(Place place, String text) {
    var origin = new Origin.Person("a test");
    return new Diagnostician()
        .diagnose(new Failure(origin, null, List.of(new Excerpt(place, text))));
  }

  static PullFailed pullFailed(String text) {
    return switch (diagnose(text)) {
      case PullFailed failed -> failed;
      case NotAPullFailure silent -> throw new AssertionError("silent about: " + text);
    };
  }

  static String cause(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.cause().name();
      case NotAPullFailure silent -> "NOT_A_PULL_FAILURE";
    };
  }

  static List<String> images(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.images().stream().map(Object::toString).toList();
      case NotAPullFailure silent -> List.of();
    };
  }
}
