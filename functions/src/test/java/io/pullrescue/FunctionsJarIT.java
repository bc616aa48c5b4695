package io.pullrescue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deployed: AWS Lambda fetches and opens all of it for a cold start. */
class FunctionsJarIT {
  private static final Path JAR = Path.of("target/pull-rescue-functions.jar");

  /** How a class file spells a class of a client. */
  private static final Pattern CLIENT_CLASS =
      Pattern.compile("software/amazon/awssdk/services/[a-z0-9/]+/[A-Z][A-Za-z0-9_$]*");

  @Test
  void staysWithinSizeLimit() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(61_000_000);
  }

  @Test
  void containsOnlyUrlConnectionHttpClient() throws IOException {
    assertThat(names("software/amazon/awssdk/http/[a-z]+/(?!Sdk)[A-Za-z]+HttpClient\\.class"))
        .containsExactly("software/amazon/awssdk/http/urlconnection/UrlConnectionHttpClient.class");
    assertThat(names("(io/netty|software/amazon/awssdk/crt|org/apache/http)/.*")).isEmpty();
  }

  @Test
  void containsAsyncClientOnlyForS3() throws IOException {
    assertThat(names("software/amazon/awssdk/services/[a-z0-9]+/[A-Za-z0-9]*AsyncClient\\.class"))
        .allMatch(name -> name.startsWith("software/amazon/awssdk/services/s3/"));
  }

  /** A class that is missing shows long after the start, in the one rescue that needs it. */
  @Test
  void containsAllReferencedAwsClientClasses() throws IOException {
    try (var jar = new JarFile(JAR.toFile())) {
      var missing = new TreeSet<String>();
      for (var name : names("software/amazon/awssdk/.*\\.class")) {
        var content = jar.getInputStream(jar.getEntry(name)).readAllBytes();
        CLIENT_CLASS
            .matcher(new String(content, StandardCharsets.ISO_8859_1))
            .results()
            .map(MatchResult::group)
            .filter(referred -> jar.getEntry(referred + ".class") == null)
            .forEach(missing::add);
      }
      assertThat(missing).isEmpty();
    }
  }

  /** Jib refers to parts of itself that the jar leaves out. */
  @Test
  void readsDockerCredentials(@TempDir Path docker) throws Exception {
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\": {\"127.0.0.1:1\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            JAR.toString(),
            "io.pullrescue.command.ReplicateCommand",
            "--docker-config=" + docker,
            "http://127.0.0.1:1/app:1",
            "http://127.0.0.1:1");
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).contains("127.0.0.1:1", "Connection refused").doesNotContain("NoClassDef");
    assertThat(process.waitFor()).isEqualTo(75);
  }

  private static List<String> names(String pattern) throws IOException {
    try (var jar = new JarFile(JAR.toFile())) {
      return jar.stream().map(ZipEntry::getName).filter(value -> value.matches(pattern)).toList();
    }
  }
}
