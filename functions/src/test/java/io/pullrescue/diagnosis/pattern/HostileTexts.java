package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.MessageCorpus;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates hostile texts from parts of real messages and from the phrases of the tables. */
public final class HostileTexts {
  /** Texts that the parser looks for around phrases, and control sequences. */
  static final List<String> PIECES =
      List.of(
          "docker pull ",
          "docker run -it --name ",
          "FROM ",
          "Step 1/2 : FROM ",
          "ARG A=",
          "$A",
          "${A:-${A}}",
          "COPY --from=",
          "#3 ",
          "[internal] load metadata for ",
          "ERROR: ",
          "toomanyrequests: ",
          "manifest for ",
          " not found",
          ": not found",
          "pull access denied for ",
          "Failed to pull image \"",
          "\"",
          "'",
          "https://",
          "/v2/",
          "/manifests/",
          "sha256:",
          "latest: Pulling from ",
          "failed to solve: ",
          "Pulling a (",
          ")...",
          "\u001b[31m",
          "\u001b]",
          "\u202e",
          "\r",
          "\n",
          "\\\"",
          "\\n",
          "ruby:2.7",
          "a/b@sha256:",
          "0123456789abcdef",
          "<x>",
          "***",
          " ",
          "fromImage=",
          "&tag=",
          "---> ",
          "i/o timeout",
          "> [",
          "reading manifest ",
          " in ",
          "Successfully pulled image \"",
          "--build-arg A=",
          "CannotPullContainerError: ",
          "[2001:db8::1]:5000/",
          "::",
          "@@",
          "//");

  private HostileTexts() {}

  /** Generates texts of all kinds. */
  public static Arbitrary<String> all() {
    return Arbitraries.oneOf(logs(), splices(), repetitions(), arbitraryStrings());
  }

  /** Generates pieces and phrases in any order. */
  public static Arbitrary<String> logs() {
    return pieces().list().ofMaxSize(120).map(pieces -> String.join("", pieces));
  }

  /** Generates parts of real messages, cut anywhere and joined. */
  static Arbitrary<String> splices() {
    var message = Arbitraries.of(MessageCorpus.texts());
    var place = Arbitraries.doubles().between(0, 1);
    var part = Combinators.combine(message, place, place).as(HostileTexts::part);
    return Combinators.combine(part, Arbitraries.of("", " ", "\n", ": ", "\""))
        .as(String::concat)
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  /** Generates repetitions, which are slow for a parser that scans text repeatedly. */
  static Arbitrary<String> repetitions() {
    var piece = pieces().list().ofMinSize(1).ofMaxSize(4).map(pieces -> String.join("", pieces));
    return Combinators.combine(piece, Arbitraries.integers().between(2, 400)).as(String::repeat);
  }

  static Arbitrary<String> arbitraryStrings() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(400)
        .map(text -> "docker pull " + text + "\ntoomanyrequests: " + text);
  }

  /** Returns every phrase of the tables, without the final star. */
  public static List<String> phrases() {
    List<String> phrases = new ArrayList<>();
    ErrorPatterns.phrases().forEach(entry -> phrases.add(entry.getKey().replace("*", "") + " "));
    ContextPatterns.phrases()
        .forEach(candidate -> phrases.add(candidate.getKey().replace("*", "") + " "));
    return phrases;
  }

  private static Arbitrary<String> pieces() {
    return Arbitraries.oneOf(Arbitraries.of(PIECES), Arbitraries.of(phrases()));
  }

  private static String part(String message, double start, double end) {
    var from = (int) (Math.min(start, end) * message.length());
    var to = (int) (Math.max(start, end) * message.length());
    return message.substring(from, to);
  }
}
