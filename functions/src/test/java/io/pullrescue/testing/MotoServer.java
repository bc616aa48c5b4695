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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** The AWS APIs of moto, on a free port, for one test class. */
public final class MotoServer implements AfterAllCallback {
  private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(30);

  private final Path log;
  private final int port;
  private final Process process;

  private MotoServer(Path log, int port) throws IOException {
    this.log = log;
    this.port = port;
    process =
        new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", String.valueOf(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  public static MotoServer start() {
    try {
      var moto = new MotoServer(Files.createTempFile("moto", ".log"), freePort());
      moto.awaitPort();
      return moto;
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void awaitPort() throws IOException, InterruptedException {
    var end = Instant.now().plus(STARTUP_TIMEOUT);
    while (!process.waitFor(50, TimeUnit.MILLISECONDS) && Instant.now().isBefore(end)) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException notYet) {
        // It does not accept connections yet.
      }
    }
    throw new IOException("moto did not start: " + Files.readString(log));
  }

  /** Creates a client that uses this server instead of AWS. */
  public <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
    var credentials = AwsBasicCredentials.create("test", "test");
    return builder
        .endpointOverride(URI.create("http://localhost:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    process.destroy();
    process.waitFor();
    Files.delete(log);
  }
}
