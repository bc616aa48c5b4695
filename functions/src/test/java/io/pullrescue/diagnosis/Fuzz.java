package io.pullrescue.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;

/** Reads hostile texts until the time is over, or until one of them breaks a promise. */
final class Fuzz {
  private static final int GENERATED_SIZE = 1000;

  /** A line so short is cheap to time, and one eight times as long is still not cut. */
  private static final int SHORT_LINE = 1000;

  /** A line eight times as long may cost so much more for each character: quadratic is eight. */
  private static final double WORST_GROWTH = 4;

  private final Random random;
  private final RandomGenerator<String> texts = HostileTexts.all().generator(GENERATED_SIZE);
  private long read;
  private long characters;
  private long pulls;
  private double growth;

  private Fuzz(long seed) {
    random = new Random(seed);
  }

  /** Takes the minutes, and the seed of an earlier run where that is to be repeated. */
  public static void main(String[] arguments) {
    var minutes = Long.parseLong(arguments[0]);
    var seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
    System.out.printf("fuzz: %d minutes with seed %d%n", minutes, seed);
    JqwikSession.run(() -> new Fuzz(seed).run(Instant.now().plus(Duration.ofMinutes(minutes))));
  }

  private void run(Instant end) {
    while (Instant.now().isBefore(end)) {
      var text = texts.next(random).value();
      try {
        Promises.hold(text);
        count(text);
        if (read % 50 == 0) {
          checkGrowth(text);
        }
      } catch (RuntimeException | AssertionError broken) {
        throw new AssertionError("broken by the text in " + keep(text), broken);
      }
    }
    System.out.printf(
        "fuzz: %,d texts of %,d characters; %,d told of a failed pull; no promise was broken;%n"
            + "fuzz: a line eight times as long cost at most %.1f times as much a character%n",
        read, characters, pulls, growth);
  }

  private void count(String text) {
    read++;
    characters += text.length();
    pulls += Messages.cause(Messages.diagnose(text)).equals("NOT_A_PULL_FAILURE") ? 0 : 1;
  }

  /** Times are never exact: what seems too slow is looked at again before it counts. */
  private void checkGrowth(String text) {
    var line = text.replaceAll("[\r\n]", " ");
    if (line.isBlank()) {
      return;
    }
    var measured = lineGrowth(line);
    for (var i = 0; i < 5 && measured > WORST_GROWTH; i++) {
      measured = Math.min(measured, lineGrowth(line));
    }
    growth = Math.max(growth, measured);
    if (measured > WORST_GROWTH) {
      throw new AssertionError("a line eight times as long costs too much: " + measured);
    }
  }

  private static double lineGrowth(String line) {
    // The same piece in both: the end of a line may be dearer than its beginning.
    var piece = line.substring(0, Math.min(line.length(), SHORT_LINE));
    var small = Growth.work(Growth.lines(Growth.text(piece, SHORT_LINE), 80));
    var large = Growth.work(Growth.lines(Growth.text(piece, 8 * SHORT_LINE), 10));
    return large / (double) small;
  }

  private static Path keep(String text) {
    try {
      return Files.writeString(Path.of("target", "broken-by.txt"), text, UTF_8);
    } catch (IOException unwritable) {
      throw new IllegalStateException("cannot be written: " + text, unwritable);
    }
  }
}
