package io.pullrescue.testing;

import com.sun.net.httpserver.HttpExchange;
import io.pullrescue.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A separate repository in a real registry that all tests share. */
final class RealRepository {
  private static final DockerRegistry REGISTRY = DockerRegistry.startShared();
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<String> REQUEST_HEADERS = List.of("Accept", "Content-Type", "Range");
  private static final List<String> RESPONSE_HEADERS =
      List.of("Content-Type", "Docker-Content-Digest", "Content-Range", "Link");

  private static final String ACCEPTED_TYPES =
      String.join(
          ",",
          TestImage.INDEX,
          TestImage.MANIFEST,
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private final URI baseUri;
  private final TestImage testImage;

  private RealRepository(String name) {
    baseUri = REGISTRY.endpoint().resolve("/v2/" + name + "/");
    testImage = new TestImage(REGISTRY.endpoint(), name);
  }

  static RealRepository create() {
    return new RealRepository("test" + COUNTER.incrementAndGet());
  }

  Digest pushBlob(byte[] bytes) {
    try {
      return testImage.pushBlob(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /** Pushes a manifest; returns false if the registry rejects it. */
  boolean tryPutManifest(String identifier, String mediaType, byte[] bytes) {
    var put =
        HttpRequest.newBuilder(baseUri.resolve("manifests/" + identifier))
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofByteArray(bytes));
    return send(put.build()).statusCode() == 201;
  }

  byte[] content(String path) {
    var get = HttpRequest.newBuilder(baseUri.resolve(path));
    var response = send(get.header("Accept", ACCEPTED_TYPES).build());
    return response.statusCode() == 200 ? response.body() : new byte[0];
  }

  /** Forwards a request for any repository, and returns up to this number of bytes. */
  void forward(HttpExchange exchange, int maxBytes) throws IOException {
    var requestUri = exchange.getRequestURI();
    var requestedPath =
        requestUri.getPath().replaceFirst("/(manifests|blobs|tags|referrers)/.*", "/");
    var relativePath =
        requestUri
            .toString()
            .substring(Math.min(requestedPath.length(), requestUri.toString().length()));
    var request =
        HttpRequest.newBuilder(baseUri.resolve(relativePath))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (var name : REQUEST_HEADERS) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    var response = send(request.build());
    for (var name : RESPONSE_HEADERS) {
      response.headers().firstValue(name).ifPresent(value -> add(exchange, name, value));
    }
    response
        .headers()
        .firstValue("Location")
        .ifPresent(
            value -> add(exchange, "Location", value.replace(baseUri.toString(), requestedPath)));
    respond(exchange, response, maxBytes);
  }

  private static void add(HttpExchange exchange, String name, String value) {
    exchange.getResponseHeaders().add(name, value);
  }

  private static void respond(HttpExchange exchange, HttpResponse<byte[]> response, int maxBytes)
      throws IOException {
    var body = response.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      var length = response.headers().firstValue("Content-Length").orElse("0");
      add(exchange, "Content-Length", length);
    }
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, Math.min(maxBytes, body.length));
  }

  private static HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
