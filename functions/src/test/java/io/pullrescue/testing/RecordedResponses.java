package io.pullrescue.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** Replays recorded responses of AWS APIs in order, and records the requests. */
public final class RecordedResponses implements AfterEachCallback {
  private final Map<String, Deque<String>> responses = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private final HttpServer server;

  public RecordedResponses() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /** Adds a response to an operation; its status is 200 unless it is an error. */
  public RecordedResponses respondTo(String operation, String json) {
    responses.computeIfAbsent(operation, name -> new ArrayDeque<>()).add(json);
    return this;
  }

  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange call) throws IOException {
    requests.add(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var response =
        Optional.ofNullable(responses.get(operation(call))).map(Deque::poll).orElse("{}");
    var bytes = response.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(response.contains("\"__type\"") ? 400 : 200, bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  /** Returns the target of a JSON protocol, or the path of another protocol. */
  private static String operation(HttpExchange call) {
    return Optional.ofNullable(call.getRequestHeaders().getFirst("X-Amz-Target"))
        .map(target -> target.substring(target.lastIndexOf('.') + 1))
        .orElse(call.getRequestURI().getPath());
  }

  public <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
    var credentials = AwsBasicCredentials.create("test", "test");
    return builder
        .endpointOverride(URI.create("http://localhost:" + server.getAddress().getPort()))
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server.stop(0);
  }
}
