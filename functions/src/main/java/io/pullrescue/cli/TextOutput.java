package io.pullrescue.cli;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;

/** Formats a diagnosis as text for people. */
final class TextOutput {
  private TextOutput() {}

  static String format(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() -> "No image pull failure was found in this text.";
      case PullFailed failed -> describe(failed);
    };
  }

  /** Returns the remediation, without knowledge of an account. */
  static Remediation remediation(PullFailed failed) {
    var accountContext =
        new AccountContext(null, null, null, MirrorNaming.DEFAULT_PREFIXES.keySet());
    return new RemediationAdvisor().advise(failed, accountContext);
  }

  private static String describe(PullFailed failed) {
    var remediation = remediation(failed);
    var text = new StringBuilder();
    text.append("cause:    ").append(failed.cause()).append('\n');
    failed.images().forEach(image -> text.append("image:    ").append(image).append('\n'));
    text.append("because:  ")
        .append(describeConfidence(failed.evidence().confidence()))
        .append('\n');
    text.append("line ")
        .append(failed.evidence().lineNumber())
        .append(":   ")
        .append(failed.evidence().text())
        .append("\n\n");
    text.append(remediation.summary());
    for (var step : remediation.steps()) {
      text.append("\n\n* ").append(step.description());
      if (step.snippet() != null) {
        text.append('\n').append(step.snippet().indent(4).stripTrailing());
      }
    }
    return text.toString();
  }

  private static String describeConfidence(Confidence confidence) {
    return switch (confidence) {
      case NAMED_BY_RECORD -> "the record of the failed workload names the image";
      case NAMED_BY_ERROR -> "the error itself names the image";
      case NAMED_BY_CONTEXT -> "other lines name the image that was pulled";
      case REPOSITORY_ONLY ->
          "the error names the repository only; its tag is assumed to be latest";
      case UNNAMED -> "the text does not name the image";
    };
  }
}
