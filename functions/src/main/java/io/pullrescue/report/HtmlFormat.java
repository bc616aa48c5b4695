package io.pullrescue.report;

import io.pullrescue.report.RescueReport.Step;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Formats reports as one HTML page without scripts, images or references to other servers. All text
 * is escaped; the only links are those to the AWS console.
 */
final class HtmlFormat {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en" dir="ltr">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <title>Rescue report</title>
      <style>
      body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1a1a1a; background: #fff; }
      article + article { border-top: 1px solid #999; margin-top: 2em; }
      pre, code { font-family: monospace; background: #f2f2f2; white-space: pre-wrap; overflow-wrap: anywhere; }
      pre { padding: .5em; }
      .verdict { font-size: 1.3em; font-weight: bold; }
      </style>
      </head>
      <body>
      """;

  private final StringBuilder html = new StringBuilder();

  private HtmlFormat() {}

  static String format(List<RescueReport> reports) {
    return HEAD
        + reports.stream()
            .map(report -> new HtmlFormat().write(report))
            .collect(Collectors.joining())
        + "</body>\n</html>\n";
  }

  private String write(RescueReport report) {
    html.append("<article>\n");
    element("h1", report.title());
    html.append("<p class=\"verdict\">").append(escape(report.verdict())).append("</p>\n");
    element("p", report.summary());
    element("h2", "What failed");
    element("p", report.failedWorkload());
    if (!report.reasons().isEmpty()) {
      element("h2", "Why");
      for (var reason : report.reasons()) {
        element("p", reason.text());
        if (!reason.quote().isEmpty()) {
          element("p", reason.quoteSource() + ":");
          element("pre", reason.quote());
        }
      }
    }
    if (!report.mirroredImages().isEmpty()) {
      element("h2", "What was mirrored");
      for (var image : report.mirroredImages()) {
        element("pre", image.image() + "\nis " + image.mirroredImage());
        element("p", image.text());
        list(image.notes());
      }
    }
    if (!report.problems().isEmpty()) {
      element("h2", "What was not done");
      report.problems().forEach(problem -> element("p", problem));
    }
    if (!report.retries().isEmpty()) {
      element("h2", "What was retried");
      for (var retry : report.retries()) {
        element("p", "Retry " + retry.attempt() + ": " + retry.started());
        element("p", retry.text());
        if (!retry.caveats().isEmpty()) {
          element("p", "What differs from the workload that failed, and other limits:");
          list(retry.caveats());
        }
      }
    }
    if (report.result() != null) {
      element("h2", "How it ended");
      element("p", report.result().text());
    }
    if (report.stepsNeeded()) {
      steps("What to do", report.steps());
    }
    fixes(report);
    if (!report.stepsNeeded()) {
      steps(
          report.permanentFixes().isEmpty()
              ? "So that it does not happen again"
              : "Or keep the reference, and do this",
          report.steps());
    }
    if (!report.links().isEmpty()) {
      element("h2", "Links");
      html.append("<ul>\n");
      report
          .links()
          .forEach(link ->
              html.append("<li><a rel=\"noopener noreferrer\" href=\"")
                  .append(escape(link.url()))
                  .append("\">")
                  .append(escape(link.title()))
                  .append("</a></li>\n"));
      html.append("</ul>\n");
    }
    return html.append("</article>\n").toString();
  }

  private void fixes(RescueReport report) {
    if (report.permanentFixes().isEmpty()) {
      return;
    }
    element("h2", "So that it does not happen again, name the mirrored image");
    for (var fix : report.permanentFixes()) {
      element("p", fix.place() + (fix.line() == null ? "" : ", line " + fix.line()));
      element("pre", "old: " + fix.oldText() + "\nnew: " + fix.newText());
    }
    element("p", RescueReport.MIRROR_NOTE);
  }

  private void steps(String heading, List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    element("h2", heading);
    html.append("<ol>\n");
    for (var step : steps) {
      html.append("<li>").append(escape(step.description()));
      if (step.snippet() != null) {
        html.append("<pre>").append(escape(step.snippet())).append("</pre>");
      }
      html.append("</li>\n");
    }
    html.append("</ol>\n");
  }

  private void list(List<String> items) {
    if (!items.isEmpty()) {
      html.append("<ul>\n");
      items.forEach(item -> element("li", item));
      html.append("</ul>\n");
    }
  }

  private void element(String name, String content) {
    html.append('<').append(name).append('>').append(escape(content));
    html.append("</").append(name).append(">\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
