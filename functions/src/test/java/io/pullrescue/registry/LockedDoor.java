package io.pullrescue.registry;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pullrescue.replication.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** The way to a registry that only those get through who have the one login: for pulls. */
public final class LockedDoor implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI behind;
  private final HttpServer server;

  /** Leads to this registry. */
  public LockedDoor(URI behind, Login login) throws IOException {
    this.behind = behind;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server
        .createContext("/", this::pass)
        .setAuthenticator(
            new BasicAuthenticator("private") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return login.equals(new Login(user, password));
              }
            });
    server.start();
  }

  /** Where it stands. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void pass(HttpExchange exchange) throws IOException {
    var request =
        HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.noBody());
    exchange
        .getRequestHeaders()
        .getOrDefault("Accept", List.of())
        .forEach(type -> request.header("Accept", type));
    try (exchange) {
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      for (var name : List.of("Content-Type", "Docker-Content-Digest")) {
        answer
            .headers()
            .firstValue(name)
            .ifPresent(value -> exchange.getResponseHeaders().add(name, value));
      }
      var body = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
