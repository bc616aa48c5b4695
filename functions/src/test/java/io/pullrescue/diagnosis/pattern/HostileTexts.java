package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.MessageCorpus;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Texts that nobody would write by hand, made of what the tools do write. */
public final class HostileTexts {
  /** What the grammar of messages looks for around a phrase, and what upsets readers. */
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

  public static Arbitrary<String> all() {
    return Arbitraries.oneOf(logs(), splices(), repetitions(), arbitraryStrings());
  }

  /** Pieces and known phrases in any order. */
  public static Arbitrary<String> logs() {
    return pieces().list().ofMaxSize(120).map(pieces -> String.join("", pieces));
  }

  /** Parts of real messages, cut anywhere and put together again. */
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

  /** The same over and over: what makes a careless reader look at everything again and again. */
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

  /** Every phrase that is looked for, without the star that lets it go on. */
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
