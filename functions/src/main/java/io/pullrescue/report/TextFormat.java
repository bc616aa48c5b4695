package io.pullrescue.report;

import io.pullrescue.report.RescueReport.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Formats a report as plain text, for terminals and mails. */
final class TextFormat {
  private static final int WIDTH = 92;

  private final StringBuilder text = new StringBuilder();

  private TextFormat() {}

  static String format(RescueReport report) {
    return new TextFormat().write(report);
  }

  private String write(RescueReport report) {
    paragraph("", report.verdict());
    text.append('\n');
    paragraph("", report.summary());
    heading("What failed");
    paragraph("  ", report.failedWorkload());
    if (!report.reasons().isEmpty()) {
      heading("Why");
      for (var reason : report.reasons()) {
        paragraph("  ", reason.text());
        if (!reason.quote().isEmpty()) {
          paragraph("  ", reason.quoteSource() + ":");
          line("    \"" + reason.quote() + "\"");
        }
      }
    }
    if (!report.mirroredImages().isEmpty()) {
      heading("What was mirrored");
      for (var image : report.mirroredImages()) {
        line("  " + image.image());
        line("    is " + image.mirroredImage());
        Stream.concat(Stream.of(image.text()), image.notes().stream())
            .forEach(note -> paragraph("    ", note));
      }
    }
    if (!report.problems().isEmpty()) {
      heading("What was not done");
      report.problems().forEach(problem -> paragraph("  ", problem));
    }
    if (!report.retries().isEmpty()) {
      heading("What was retried");
      for (var retry : report.retries()) {
        line("  Retry " + retry.attempt() + ": " + retry.started());
        paragraph("    ", retry.text());
        if (!retry.caveats().isEmpty()) {
          line("    What differs from the workload that failed, and other limits:");
          retry.caveats().forEach(caveat -> item("    - ", "      ", caveat));
        }
      }
    }
    if (report.result() != null) {
      heading("How it ended");
      paragraph("  ", report.result().text());
    }
    if (report.stepsNeeded()) {
      steps("What to do", report.steps());
    }
    if (!report.permanentFixes().isEmpty()) {
      heading("So that it does not happen again, name the mirrored image");
      for (var fix : report.permanentFixes()) {
        line("  " + fix.place() + (fix.line() == null ? "" : ", line " + fix.line()));
        line("    old: " + fix.oldText());
        line("    new: " + fix.newText());
      }
      paragraph("  ", RescueReport.MIRROR_NOTE);
    }
    if (!report.stepsNeeded()) {
      steps(
          report.permanentFixes().isEmpty()
              ? "So that it does not happen again"
              : "Or keep the reference, and do this",
          report.steps());
    }
    if (!report.links().isEmpty()) {
      heading("Links");
      report.links().forEach(link -> line("  " + link.title() + ": " + link.url()));
    }
    return text.toString();
  }

  private void steps(String heading, List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    heading(heading);
    for (var i = 0; i < steps.size(); i++) {
      var number = "  " + (i + 1) + ". ";
      item(number, " ".repeat(number.length()), steps.get(i).description());
      var snippet = steps.get(i).snippet();
      if (snippet != null) {
        text.append(snippet.indent(number.length() + 2));
      }
    }
  }

  private void heading(String heading) {
    text.append('\n').append(heading).append('\n');
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void paragraph(String indent, String paragraph) {
    item(indent, indent, paragraph);
  }

  /** Breaks lines at blanks; a long word, such as an image, stays in one piece. */
  private void item(String first, String indent, String paragraph) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder(first);
    var empty = true;
    for (var word : paragraph.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
    lines.forEach(this::line);
  }
}
