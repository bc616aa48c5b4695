package io.pullrescue.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.log.LogLineReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads files in parts, with the same result as for the whole text. */
final class LongTextTest {
  private static final int LINES_OF_SEVERAL_PARTS = 60_000;

  @Test
  void readsTheSameLinesInParts() {
    for (var message : MessageCorpus.texts()) {
      var text = message + "\r\n\n" + "x".repeat(20_000) + " y\r\r\n" + message + "\n \t\n";

      var inParts = new ArrayList<Object>();
      new LogLineReader(new SlowReader(text)).forEachRemaining(inParts::add);

      var whole = new ArrayList<Object>();
      new LogLineReader(text).forEachRemaining(whole::add);
      assertThat(inParts).isEqualTo(whole);
    }
  }

  @Test
  void diagnosesMessageBehindManyLines(@TempDir Path directory) throws IOException {
    var noise = "Get:1 http://deb.debian.org/debian bookworm/main all [1 kB]\n";
    for (var message : MessageCorpus.texts().subList(0, 20)) {
      var file = directory.resolve("build.log");
      Files.writeString(file, noise.repeat(LINES_OF_SEVERAL_PARTS / 20) + message, UTF_8);

      var diagnosis = new PullFailureDiagnoser().diagnose(file);

      assertThat(MessageCorpus.images(diagnosis))
          .isEqualTo(MessageCorpus.images(MessageCorpus.diagnose(message)));
      assertThat(MessageCorpus.cause(diagnosis))
          .isEqualTo(MessageCorpus.cause(MessageCorpus.diagnose(message)));
    }
  }

  @Test
  void completesNameFromAnotherPart(@TempDir Path directory) throws IOException {
    var noise = "Get:1 http://deb.debian.org/debian bookworm/main all [1 kB]\n";
    var file = directory.resolve("build.log");
    Files.writeString(
        file,
        "Failed to start container(quay.io/team/agent:7.4)\n"
            + noise.repeat(LINES_OF_SEVERAL_PARTS)
            + "Error: image team/agent:7.4 not found\n",
        UTF_8);

    assertThat(MessageCorpus.images(new PullFailureDiagnoser().diagnose(file)))
        .isEqualTo(List.of("quay.io/team/agent:7.4"));
  }

  /** Returns a thousand characters at once. */
  private static final class SlowReader extends FilterReader {
    SlowReader(String text) {
      super(new StringReader(text));
    }

    @Override
    public int read(char[] buffer) throws IOException {
      Reader reader = in;
      return reader.read(buffer, 0, Math.min(1000, buffer.length));
    }
  }
}
