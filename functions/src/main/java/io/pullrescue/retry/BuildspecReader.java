package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.BuildspecReading.Text;
import io.pullrescue.retry.BuildspecReading.Unreadable;
import io.pullrescue.retry.SourceFile.Found;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
import org.jspecify.annotations.Nullable;

/** Reads a buildspec where it is kept: by an API where one does, else by a probe. */
public final class BuildspecReader {
  private final SourceFiles files;
  private final @Nullable ProbeReader probes;

  /** Reads these files, and starts probes where {@code probes} is not null. */
  public BuildspecReader(SourceFiles files, @Nullable ProbeReader probes) {
    this.files = files;
    this.probes = probes;
  }

  /** The buildspec of this build, kept at this place. */
  public BuildspecReading read(Build build, BuildspecPlace.Elsewhere place) {
    return switch (place) {
      case BuildspecPlace.InBucket it -> inBucket(it);
      case BuildspecPlace.InSource it -> inSource(build, it.path());
    };
  }

  private BuildspecReading inBucket(BuildspecPlace.InBucket place) {
    return switch (files.inBucket(place.bucket(), place.key())) {
      case Found it -> new Text(it.text());
      case Missing it -> new Unreadable("its buildspec " + place + " does not exist");
      case OutOfReach it ->
          new Unreadable("its buildspec " + place + " cannot be read: " + it.why());
    };
  }

  private BuildspecReading inSource(Build build, String path) {
    return switch (files.inSource(build, path)) {
      case Found it -> new Text(it.text());
      case Missing it -> new Unreadable("its source has no file " + path);
      case OutOfReach it -> byProbe(build, path, it.why());
    };
  }

  private BuildspecReading byProbe(Build build, String path, String why) {
    return probes == null
        ? new Unreadable(
            "its buildspec "
                + path
                + " cannot be read by API ("
                + why
                + "), and probe builds are switched off")
        : probes.read(build, path);
  }
}
