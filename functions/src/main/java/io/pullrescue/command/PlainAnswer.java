package io.pullrescue.command;

import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Adviser;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.replication.Mirror;

/** A diagnosis for people. */
final class PlainAnswer {
  private PlainAnswer() {}

  static String of(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() ->
          "No failed image pull in this text, or none that it lets one be sure of.";
      case PullFailed failed -> describe(failed);
    };
  }

  /** What helps, as far as a text alone can tell. */
  static Advice advice(PullFailed failed) {
    var known = new Circumstances(null, null, null, Mirror.CUSTOMARY_PREFIXES.keySet());
    return new Adviser().advise(failed, known);
  }

  private static String describe(PullFailed failed) {
    var advice = advice(failed);
    var answer = new StringBuilder();
    answer.append("cause:    ").append(failed.cause()).append('\n');
    failed.images().forEach(image -> answer.append("image:    ").append(image).append('\n'));
    answer.append("because:  ").append(words(failed.evidence().certainty())).append('\n');
    answer
        .append("line ")
        .append(failed.evidence().number())
        .append(":   ")
        .append(failed.evidence().line())
        .append("\n\n");
    answer.append(advice.summary());
    for (var remedy : advice.remedies()) {
      answer.append("\n\n* ").append(remedy.words());
      if (remedy.text() != null) {
        answer.append('\n').append(remedy.text().indent(4).stripTrailing());
      }
    }
    return answer.toString();
  }

  private static String words(Certainty certainty) {
    return switch (certainty) {
      case NAMED_BY_RECORD -> "the record of the failed work names the image";
      case NAMED_BY_ERROR -> "the error itself names the image";
      case NAMED_BY_CONTEXT -> "the lines before say what was being pulled";
      case REPOSITORY_ONLY -> "the error names the repository; the tag is the customary latest";
      case UNNAMED -> "the text names no image that can be read";
    };
  }
}
