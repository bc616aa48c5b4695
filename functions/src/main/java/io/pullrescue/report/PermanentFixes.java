package io.pullrescue.report;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.report.RecordedEvent.Step.Diagnosed;
import io.pullrescue.report.RecordedEvent.Step.Replicated;
import io.pullrescue.report.RescueReport.PermanentFix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the texts that should name the mirrored images. */
final class PermanentFixes {
  private final Rescue rescue;

  PermanentFixes(Rescue rescue) {
    this.rescue = rescue;
  }

  List<PermanentFix> find() {
    Map<String, String> mirrored = new LinkedHashMap<>();
    for (var replicated : rescue.steps(Replicated.class)) {
      newReference(replicated)
          .ifPresent(reference -> mirrored.putIfAbsent(replicated.image(), reference));
    }
    return mirrored.entrySet().stream()
        .flatMap(entry -> fixes(entry.getKey(), entry.getValue()))
        .distinct()
        .toList();
  }

  private Stream<PermanentFix> fixes(String image, String reference) {
    var lines =
        rescue.steps(Diagnosed.class).stream()
            .flatMap(diagnosed -> diagnosed.occurrences().stream())
            .filter(occurrence -> occurrence.image().familiarString().equals(image))
            .map(occurrence ->
                new PermanentFix(
                    occurrence.file(),
                    occurrence.line() == 0 ? null : occurrence.line(),
                    occurrence.text(),
                    occurrence.withReference(reference)))
            .distinct()
            .toList();
    return lines.isEmpty() ? Stream.of(fix(image, reference)) : lines.stream();
  }

  /**
   * Returns the reference to write: by its tag, as the image was named before, or else by its
   * digest; empty if the image is already named in the mirror.
   */
  private static Optional<String> newReference(Replicated replicated) {
    return ImageReference.parse(replicated.mirroredImage())
        .filter(mirrored -> !replicated.image().startsWith(mirrored.registry() + "/"))
        .map(mirrored ->
            mirrored.tag() == null ? mirrored.toString() : mirrored.name() + ":" + mirrored.tag());
  }

  private PermanentFix fix(String image, String reference) {
    return switch (rescue.first()) {
      case Trigger.Build build ->
          isEnvironmentImage(image)
              ? new PermanentFix(
                  "the environment image of the CodeBuild project " + build.project(),
                  null,
                  image,
                  reference)
              : new PermanentFix(
                  "the Dockerfile, compose file or buildspec of "
                      + build.project()
                      + " that names the image",
                  null,
                  image,
                  reference);
      case Trigger.Task task ->
          definition(
              "what registers the task definition " + Wording.lastPart(task.definition()),
              image,
              reference);
      case Trigger.Job job ->
          definition(
              "what registers the job definition " + Wording.lastPart(job.definition()),
              image,
              reference);
      case Trigger.Manual _, Trigger.Refresh _ ->
          new PermanentFix("whatever names the image", null, image, reference);
    };
  }

  private static PermanentFix definition(String place, String image, String reference) {
    return new PermanentFix(
        place, null, "\"image\": \"" + image + "\"", "\"image\": \"" + reference + "\"");
  }

  private boolean isEnvironmentImage(String image) {
    return rescue.steps(Diagnosed.class).stream()
        .anyMatch(diagnosed ->
            diagnosed.images().contains(image)
                && diagnosed.quote().source().equals("PHASE_CONTEXT"));
  }
}
