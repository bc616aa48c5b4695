package io.pullrescue.testing;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pullrescue.registry.auth.RegistryCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** A proxy that allows pulls from a registry with these credentials only. */
public final class AuthenticatedRegistry implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI registry;
  private final HttpServer server;

  /** Creates a proxy to a registry. */
  public AuthenticatedRegistry(URI registry, RegistryCredentials credentials) throws IOException {
    this.registry = registry;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server
        .createContext("/", this::forward)
        .setAuthenticator(
            new BasicAuthenticator("private") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return credentials.equals(new RegistryCredentials(user, password));
              }
            });
    server.start();
  }

  /** Returns the address of the proxy. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void forward(HttpExchange exchange) throws IOException {
    var request =
        HttpRequest.newBuilder(registry.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.noBody());
    exchange
        .getRequestHeaders()
        .getOrDefault("Accept", List.of())
        .forEach(type -> request.header("Accept", type));
    try (exchange) {
      var response = http.send(request.build(), BodyHandlers.ofByteArray());
      for (var name : List.of("Content-Type", "Docker-Content-Digest")) {
        response
            .headers()
            .firstValue(name)
            .ifPresent(value -> exchange.getResponseHeaders().add(name, value));
      }
      var body = response.body();
      exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
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
