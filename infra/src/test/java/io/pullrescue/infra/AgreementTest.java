package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What both modules have to say alike, although neither needs the other to be built. */
class AgreementTest {
  private static final Path FUNCTIONS = Path.of("../functions/src/main/java/io/pullrescue");
  private static final Pattern PREFIX = Pattern.compile("\"([a-z0-9.]+)\", \"([a-z-]+)\"[,)]");
  private static final Pattern VARIABLE = Pattern.compile("\"(PULL_RESCUE_[A-Z_]+)\"");

  @Test
  void rightsEndWhereTheMirrorsNamesBegin() throws IOException {
    Map<String, String> granted =
        Arrays.stream(Upstream.values())
            .collect(Collectors.toMap(Upstream::registry, Upstream::mirrorPrefix));

    assertThat(
            PREFIX
                .matcher(source("replication/Mirror.java"))
                .results()
                .collect(Collectors.toMap(pair -> pair.group(1), pair -> pair.group(2))))
        .isEqualTo(granted);
  }

  @Test
  void theFunctionsReadEveryVariableThatTheyAreGivenAndNoOther() throws IOException {
    Synthesized stack = Synthesized.withAllFunctions();
    Set<String> given =
        Arrays.stream(Job.values())
            .map(job -> stack.function(job).path("Environment").path("Variables"))
            .flatMap(JsonNode::propertyStream)
            .map(Map.Entry::getKey)
            .filter(name -> name.startsWith("PULL_RESCUE_"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(names(VARIABLE, source("lambda/Settings.java"))).isEqualTo(given);
  }

  @Test
  void theDashboardAndTheAlarmsKnowTheNumbersThatTheFunctionsWrite() throws IOException {
    String written =
        source("lambda/CountingAnnouncer.java")
            + source("lambda/MeteredRegistries.java")
            + source("report/BusEvent.java").replaceAll("(?<=[a-z]) (?=[A-Z])", "");

    assertThat(
            names(
                Pattern.compile("\"PullRescue\",\"([A-Za-z]+)\""),
                Synthesized.byDefault().template().toString().replace("\\", "")))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(written).contains('"' + name + '"'));
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult it) -> it.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String source(String file) throws IOException {
    return Files.readString(FUNCTIONS.resolve(file));
  }
}
