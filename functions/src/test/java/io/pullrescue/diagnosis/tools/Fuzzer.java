package io.pullrescue.diagnosis.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pullrescue.diagnosis.Invariants;
import io.pullrescue.diagnosis.MessageCorpus;
import io.pullrescue.diagnosis.pattern.HostileTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;

/** Reads hostile texts until the time is over, or until one of them breaks a promise. */
final class Fuzzer {
  private static final int GENERATED_SIZE = 1000;

  /** A line so short is cheap to time, and one eight times as long is still not cut. */
  private static final int SHORT_LINE_LENGTH = 1000;

  /** A line eight times as long may cost so much more for each character: quadratic is eight. */
  private static final double MAX_GROWTH = 4;

  private final Random random;
  private final RandomGenerator<String> texts = HostileTexts.all().generator(GENERATED_SIZE);
  private long textCount;
  private long characterCount;
  private long pullFailureCount;
  private double maxObservedGrowth;

  private Fuzzer(long seed) {
    random = new Random(seed);
  }

  /** Takes the minutes, and the seed of an earlier run where that is to be repeated. */
  public static void main(String[] arguments) {
    var minutes = Long.parseLong(arguments[0]);
    var seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
    System.out.printf("fuzz: %d minutes with seed %d%n", minutes, seed);
    JqwikSession.run(() -> new Fuzzer(seed).run(Instant.now().plus(Duration.ofMinutes(minutes))));
  }

  private void run(Instant end) {
    while (Instant.now().isBefore(end)) {
      var text = texts.next(random).value();
      try {
        Invariants.check(text);
        count(text);
        if (textCount % 50 == 0) {
          checkGrowth(text);
        }
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("broken by the text in " + saveFailingText(text), failure);
      }
    }
    System.out.printf(
        "fuzz: %,d texts of %,d characters; %,d told of a failed pull; no promise was broken;%n"
            + "fuzz: a line eight times as long cost at most %.1f times as much a character%n",
        textCount, characterCount, pullFailureCount, maxObservedGrowth);
  }

  private void count(String text) {
    textCount++;
    characterCount += text.length();
    pullFailureCount +=
        MessageCorpus.cause(MessageCorpus.diagnose(text)).equals("NOT_A_PULL_FAILURE") ? 0 : 1;
  }

  /** Times are never exact: what seems too slow is looked at again before it counts. */
  private void checkGrowth(String text) {
    var line = text.replaceAll("[\r\n]", " ");
    if (line.isBlank()) {
      return;
    }
    var measured = lineGrowth(line);
    for (var i = 0; i < 5 && measured > MAX_GROWTH; i++) {
      measured = Math.min(measured, lineGrowth(line));
    }
    maxObservedGrowth = Math.max(maxObservedGrowth, measured);
    if (measured > MAX_GROWTH) {
      throw new AssertionError("a line eight times as long costs too much: " + measured);
    }
  }

  private static double lineGrowth(String line) {
    // The same piece in both: the end of a line may be dearer than its beginning.
    var shortLine = line.substring(0, Math.min(line.length(), SHORT_LINE_LENGTH));
    var small =
        ParserScaling.minCpuTime(
            ParserScaling.repeatLine(ParserScaling.repeatToSize(shortLine, SHORT_LINE_LENGTH), 80));
    var large =
        ParserScaling.minCpuTime(
            ParserScaling.repeatLine(
                ParserScaling.repeatToSize(shortLine, 8 * SHORT_LINE_LENGTH), 10));
    return large / (double) small;
  }

  private static Path saveFailingText(String text) {
    try {
      return Files.writeString(Path.of("target", "broken-by.txt"), text, UTF_8);
    } catch (IOException unwritable) {
      throw new IllegalStateException("cannot be written: " + text, unwritable);
    }
  }
}
