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

/** Diagnoses hostile texts until the time is over, or until one violates an invariant. */
final class Fuzzer {
  private static final int GENERATED_SIZE = 1000;

  /** The limit for {@link StepCounter#lineGrowth}: linear cost is 1, quadratic cost is 8. */
  private static final double MAX_GROWTH = 4;

  private final StepCounter steps = new StepCounter();
  private final Random random;
  private final RandomGenerator<String> texts = HostileTexts.all().generator(GENERATED_SIZE);
  private long textCount;
  private long characterCount;
  private long pullFailureCount;
  private double maxObservedGrowth;

  private Fuzzer(long seed) {
    random = new Random(seed);
  }

  /** Arguments: the minutes, and optionally the seed of an earlier run to repeat. */
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
        throw new AssertionError(
            "an invariant is violated by the text in " + saveFailingText(text), failure);
      }
    }
    System.out.printf(
        "fuzz: %,d texts of %,d characters, %,d of them pull failures; no invariant was violated%n"
            + "fuzz: a line eight times as long took at most %.1f times as many steps per character%n",
        textCount, characterCount, pullFailureCount, maxObservedGrowth);
  }

  private void count(String text) {
    textCount++;
    characterCount += text.length();
    pullFailureCount +=
        MessageCorpus.cause(MessageCorpus.diagnose(text)).equals("NOT_A_PULL_FAILURE") ? 0 : 1;
  }

  private void checkGrowth(String text) {
    var line = text.replaceAll("[\r\n]", " ");
    if (line.isBlank()) {
      return;
    }
    var growth = steps.lineGrowth(line);
    maxObservedGrowth = Math.max(maxObservedGrowth, growth);
    if (growth > MAX_GROWTH) {
      throw new AssertionError(
          "a line eight times as long takes %.1f times as many steps per character"
              .formatted(growth));
    }
  }

  private static Path saveFailingText(String text) {
    try {
      return Files.writeString(Path.of("target", "failing-text.txt"), text, UTF_8);
    } catch (IOException unwritable) {
      throw new IllegalStateException("cannot save the failing text: " + text, unwritable);
    }
  }
}
