package io.pullrescue.registry;

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

/** A repository of its own in a real registry, which all tests share. */
final class RealRepository {
  private static final DockerRegistry REGISTRY = DockerRegistry.startForAll();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<String> ASKED = List.of("Accept", "Content-Type", "Range");
  private static final List<String> ANSWERED =
      List.of("Content-Type", "Docker-Content-Digest", "Content-Range", "Link");

  private static final String ALL_TYPES =
      String.join(
          ",",
          TestImage.INDEX,
          TestImage.MANIFEST,
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private final URI address;
  private final TestImage images;

  private RealRepository(String name) {
    address = REGISTRY.endpoint().resolve("/v2/" + name + "/");
    images = new TestImage(REGISTRY.endpoint(), name);
  }

  static RealRepository create() {
    return new RealRepository("test" + COUNT.incrementAndGet());
  }

  Digest blob(byte[] bytes) {
    try {
      return images.blob(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /** Puts the manifest there; false where the registry refuses it. */
  boolean takes(String identifier, String mediaType, byte[] bytes) {
    var put =
        HttpRequest.newBuilder(address.resolve("manifests/" + identifier))
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofByteArray(bytes));
    return send(put.build()).statusCode() == 201;
  }

  byte[] bytes(String path) {
    var get = HttpRequest.newBuilder(address.resolve(path));
    var answer = send(get.header("Accept", ALL_TYPES).build());
    return answer.statusCode() == 200 ? answer.body() : new byte[0];
  }

  /** Passes the request on, whatever repository it names, and so many bytes of the answer back. */
  void answer(HttpExchange exchange, int most) throws IOException {
    var asked = exchange.getRequestURI();
    var named = asked.getPath().replaceFirst("/(manifests|blobs|tags|referrers)/.*", "/");
    var rest = asked.toString().substring(Math.min(named.length(), asked.toString().length()));
    var request =
        HttpRequest.newBuilder(address.resolve(rest))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (var name : ASKED) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    var answer = send(request.build());
    for (var name : ANSWERED) {
      answer.headers().firstValue(name).ifPresent(value -> add(exchange, name, value));
    }
    answer
        .headers()
        .firstValue("Location")
        .ifPresent(value -> add(exchange, "Location", value.replace(address.toString(), named)));
    respond(exchange, answer, most);
  }

  private static void add(HttpExchange exchange, String name, String value) {
    exchange.getResponseHeaders().add(name, value);
  }

  private static void respond(HttpExchange exchange, HttpResponse<byte[]> answer, int most)
      throws IOException {
    var body = answer.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      var length = answer.headers().firstValue("Content-Length").orElse("0");
      add(exchange, "Content-Length", length);
    }
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, Math.min(most, body.length));
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
