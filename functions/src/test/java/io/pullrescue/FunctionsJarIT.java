package io.pullrescue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.cli.Main;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the contents of the jars: the one that is deployed, and the one of the local commands. */
class FunctionsJarIT {
  private static final Path FUNCTIONS = Path.of("target/pull-rescue-functions.jar");
  private static final Path CLI = Path.of("target/pull-rescue-cli.jar");

  /** AWS Lambda fetches and unpacks all of it for a cold start. */
  @Test
  void functionsJarIsSmallerThan64Megabytes() throws IOException {
    assertThat(Files.size(FUNCTIONS)).isLessThan(64_000_000);
  }

  @Test
  void functionsJarContainsOneHttpClientOfTheAwsSdk() throws IOException {
    assertThat(
            names(
                FUNCTIONS,
                "software/amazon/awssdk/http/[a-z0-9]+/(?!Sdk)[A-Za-z0-9]+HttpClient\\.class"))
        .containsExactly("software/amazon/awssdk/http/urlconnection/UrlConnectionHttpClient.class");
    assertThat(names(FUNCTIONS, "(io/netty|software/amazon/awssdk/crt|org/apache/http)/.*"))
        .isEmpty();
  }

  @Test
  void functionsJarContainsNothingOfTheLocalCommands() throws IOException {
    assertThat(names(FUNCTIONS, "(io/pullrescue/cli|picocli|me/tongfei|org/jline|com/google)/.*"))
        .isEmpty();
  }

  /** Scanners such as Amazon Inspector read the versions of the libraries from these files. */
  @Test
  void jarsContainThePomPropertiesOfTheirLibraries() throws IOException {
    assertThat(names(FUNCTIONS, "META-INF/maven/.*/pom\\.properties"))
        .contains(
            "META-INF/maven/software.amazon.awssdk/s3/pom.properties",
            "META-INF/maven/org.slf4j/slf4j-api/pom.properties");
    assertThat(names(CLI, "META-INF/maven/.*/pom\\.properties"))
        .contains("META-INF/maven/com.google.guava/guava/pom.properties");
  }

  @Test
  void cliJarContainsNoHttpClientOfJib() throws IOException {
    assertThat(
            names(
                CLI,
                "(org/apache/http|org/apache/commons|io/opencensus|io/grpc|com/google/(api|auth))/.*"))
        .isEmpty();
  }

  /** The versions from which on advisories no longer apply; the reason is in the last column. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          functions, com.fasterxml.jackson.core/jackson-core, 2.21.1, GHSA-72hv-8253-57qq
          functions, org.snakeyaml/snakeyaml-engine,          3.1.1,  emojis at the end of a buffer
          cli,       com.google.guava/guava,                  32.0.1, CVE-2023-2976
          """)
  void jarContainsNoVersionBelowItsFloor(String jar, String library, String floor)
      throws IOException {
    var version = version("target/pull-rescue-" + jar + ".jar", library);

    assertThat(Arrays.compare(version, numbers(floor)))
        .as("%s is %s", library, Arrays.toString(version))
        .isNotNegative();
  }

  private static int[] version(String path, String library) throws IOException {
    try (var jar = new JarFile(path)) {
      var properties = new Properties();
      properties.load(new StringReader(text(jar, "META-INF/maven/" + library + "/pom.properties")));
      return numbers(properties.getProperty("version"));
    }
  }

  private static int[] numbers(String version) {
    return Stream.of(version.split("[.-]"))
        .filter(part -> part.matches("\\d+"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  @Test
  void cliJarRepeatsNoClassOfTheFunctionsJar() throws IOException {
    assertThat(names(CLI, ".*\\.class"))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(names(FUNCTIONS, ".*\\.class"));
  }

  /** A class that is missing shows long after the start, in the one request that needs it. */
  @Test
  void functionsJarContainsEveryClassThatOursReferTo() throws IOException {
    assertThat(missing(FUNCTIONS, names(FUNCTIONS, ".*"))).isEmpty();
  }

  @Test
  void cliJarWithTheFunctionsJarContainsEveryClassThatOursReferTo() throws IOException {
    var both = new ArrayList<>(names(FUNCTIONS, ".*"));
    both.addAll(names(CLI, ".*"));

    assertThat(missing(CLI, both)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"functions", "cli"})
  void jarContainsItsVersionLicenseAndNotice(String name) throws IOException {
    try (var jar = new JarFile("target/pull-rescue-" + name + ".jar")) {
      var manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue(Attributes.Name.IMPLEMENTATION_TITLE)).startsWith("pull-rescue");
      assertThat(manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION)).startsWith("0.");
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License", "Version 2.0");
      assertThat(text(jar, "META-INF/NOTICE")).containsOnlyOnce("The pull-rescue authors");
    }
  }

  @ParameterizedTest
  @CsvSource({"functions, aarch64", "cli, amd64", "accp-x86_64, amd64"})
  void jarContainsTheCryptographyOfOneProcessor(String name, String processor) throws IOException {
    var jar = Path.of("target/pull-rescue-" + name + ".jar");

    assertThat(names(jar, "accp/.*\\.jar")).containsExactly("accp/" + processor + ".jar");
  }

  /** Jib refers to parts of itself that only building of images needs. */
  @Test
  void cliReadsTheCredentialsOfDocker(@TempDir Path docker) throws Exception {
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\": {\"127.0.0.1:1\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            CLI.toString(),
            Main.class.getName(),
            "replicate",
            "--docker-config=" + docker,
            "http://127.0.0.1:1/app:1",
            "http://127.0.0.1:1");
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).contains("127.0.0.1:1", "Connection refused").doesNotContain("NoClassDef");
    assertThat(process.waitFor()).isEqualTo(75);
  }

  /** Returns the classes that our classes in this jar refer to and that are not available. */
  private static Set<String> missing(Path path, List<String> available) throws IOException {
    var names = Set.copyOf(available);
    try (var jar = new JarFile(path.toFile())) {
      return names(path, "io/pullrescue/.*\\.class").stream()
          .flatMap(name -> references(jar, name).stream())
          .filter(name -> !name.matches("javax?/.*") && !names.contains(name + ".class"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<String> references(JarFile jar, String name) {
    try (var content = jar.getInputStream(jar.getEntry(name))) {
      var constants = ClassFile.of().parse(content.readAllBytes()).constantPool();
      return StreamSupport.stream(constants.spliterator(), false)
          .filter(ClassEntry.class::isInstance)
          .map(entry -> ((ClassEntry) entry).asInternalName())
          .filter(reference -> !reference.startsWith("["))
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }

  private static List<String> names(Path path, String pattern) throws IOException {
    try (var jar = new JarFile(path.toFile())) {
      return jar.stream().map(ZipEntry::getName).filter(name -> name.matches(pattern)).toList();
    }
  }
}
