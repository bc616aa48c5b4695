package io.pullrescue.aws;

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

/** Answers that APIs of AWS gave, given again in their order, and what was asked for them. */
final class RecordedAnswers implements AfterEachCallback {
  private final Map<String, Deque<String>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final HttpServer server;

  RecordedAnswers() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** The next answer to this operation; what is left out of the status is 200. */
  RecordedAnswers to(String operation, String json) {
    answers.computeIfAbsent(operation, name -> new ArrayDeque<>()).add(json);
    return this;
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpExchange call) throws IOException {
    asked.add(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var answer = Optional.ofNullable(answers.get(operation(call))).map(Deque::poll).orElse("{}");
    var bytes = answer.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(answer.contains("\"__type\"") ? 400 : 200, bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  /** By the target of the JSON protocols, or by the path of the others. */
  private static String operation(HttpExchange call) {
    return Optional.ofNullable(call.getRequestHeaders().getFirst("X-Amz-Target"))
        .map(target -> target.substring(target.lastIndexOf('.') + 1))
        .orElse(call.getRequestURI().getPath());
  }

  <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
    var anybody = AwsBasicCredentials.create("test", "test");
    return builder
        .endpointOverride(URI.create("http://localhost:" + server.getAddress().getPort()))
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(anybody))
        .build();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server.stop(0);
  }
}
