package io.pullrescue.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The registry of Debian's docker-registry package, on a free port, for one test class. */
public final class DockerRegistry implements AfterAllCallback {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  private final Path folder;
  private final int port;
  private final Process process;

  private DockerRegistry(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    var config =
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
        validation: {manifests: {urls: {allow: [".*"]}}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(folder.resolve("data"), port);
    var file = Files.writeString(folder.resolve("registry.yml"), config);
    process =
        new ProcessBuilder("docker-registry", "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
  }

  /** Starts an empty registry and waits until it accepts connections. */
  public static DockerRegistry start() {
    try {
      var registry = new DockerRegistry(Files.createTempDirectory("docker-registry"), freePort());
      registry.awaitPort();
      return registry;
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Starts a registry that is stopped with the JVM. */
  static DockerRegistry startShared() {
    var registry = start();
    Runtime.getRuntime().addShutdownHook(new Thread(registry::stop));
    return registry;
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void awaitPort() throws IOException, InterruptedException {
    var end = Instant.now().plus(START_TIMEOUT);
    while (!process.waitFor(20, TimeUnit.MILLISECONDS) && Instant.now().isBefore(end)) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException notYet) {
        // It does not accept connections yet.
      }
    }
    throw new IOException(
        "docker-registry did not start: " + Files.readString(folder.resolve("log")));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  private void stop() {
    process.destroy();
    try (var files = Files.walk(folder)) {
      process.waitFor();
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Returns the address of the registry, which uses plain HTTP. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns host and port, for skopeo and Jib. */
  public String hostAndPort() {
    return "127.0.0.1:" + port;
  }
}
