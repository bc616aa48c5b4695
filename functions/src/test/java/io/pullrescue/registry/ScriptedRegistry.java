package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pullrescue.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/**
 * A small registry in memory that does as the test says, once for each time it is told, and else as
 * a registry should; it remembers what it was asked.
 */
final class ScriptedRegistry implements AutoCloseable {
  /** What to do instead of answering properly. */
  interface Reaction {
    void to(HttpExchange exchange) throws IOException;
  }

  private record Line(String method, String part, Queue<Reaction> reactions) {}

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final Map<String, String> mediaTypes = new ConcurrentHashMap<>();
  private final List<Line> script = new ArrayList<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  ScriptedRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** The next requests with this method whose address contains this part meet these reactions. */
  ScriptedRegistry on(String method, String part, Reaction... reactions) {
    script.add(new Line(method, part, new ArrayDeque<>(List.of(reactions))));
    return this;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<String> requests(String beginning) {
    return requests.stream().filter(request -> request.startsWith(beginning)).toList();
  }

  Digest blob(byte[] bytes) {
    var digest = Digest.of(bytes);
    content.put("blobs/" + digest, bytes);
    return digest;
  }

  Digest manifest(String identifier, String mediaType, String json) {
    var bytes = json.getBytes(UTF_8);
    store(identifier, mediaType, bytes);
    return Digest.of(bytes);
  }

  /** An image of this configuration and these layers, under a tag. */
  Digest image(String tag, byte[]... layers) {
    var descriptors = new ArrayList<String>();
    for (var layer : layers) {
      descriptors.add(TestImage.descriptor("application/x-layer", blob(layer), layer.length));
    }
    var config = "{}".getBytes(UTF_8);
    return manifest(
        tag,
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}"
            .formatted(TestImage.descriptor("application/x-config", blob(config), 2), descriptors));
  }

  /** An index of these manifests, under a tag. */
  Digest index(String tag, Digest... children) {
    var descriptors = new ArrayList<String>();
    for (var child : children) {
      var size = bytes("manifests/" + child).length;
      descriptors.add(TestImage.descriptor(TestImage.MANIFEST, child, size));
    }
    return manifest(
        tag, TestImage.INDEX, "{\"schemaVersion\":2,\"manifests\":%s}".formatted(descriptors));
  }

  byte[] bytes(String path) {
    return content.getOrDefault(path, new byte[0]);
  }

  boolean has(String path) {
    return content.containsKey(path);
  }

  private void store(String identifier, String mediaType, byte[] bytes) {
    for (var name : List.of(identifier, Digest.of(bytes).value())) {
      content.put("manifests/" + name, bytes);
      mediaTypes.put("manifests/" + name, mediaType);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    var address = exchange.getRequestURI().toString();
    requests.add(exchange.getRequestMethod() + " " + address);
    try (exchange) {
      reaction(exchange.getRequestMethod(), address).to(exchange);
    }
  }

  private Reaction reaction(String method, String address) {
    synchronized (script) {
      for (var line : script) {
        if (line.method().equals(method) && address.contains(line.part())) {
          var reaction = line.reactions().poll();
          if (reaction != null) {
            return reaction;
          }
        }
      }
    }
    return this::answer;
  }

  /** What a registry should do. */
  void answer(HttpExchange exchange) throws IOException {
    var address = exchange.getRequestURI().getPath();
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        exchange.getResponseHeaders().add("Location", address + "1?_state=x");
        respond(exchange, 202, "");
      }
      case "PUT" -> put(exchange);
      default -> get(exchange, path(address));
    }
  }

  private void put(HttpExchange exchange) throws IOException {
    var bytes = exchange.getRequestBody().readAllBytes();
    var uri = exchange.getRequestURI();
    if (uri.getQuery() == null) {
      store(
          uri.getPath().replaceFirst(".*/manifests/", ""),
          String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
          bytes);
    } else {
      blob(bytes);
    }
    respond(exchange, 201, "");
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    var stored = content.get(path);
    if (stored == null) {
      respond(
          exchange, 404, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"no " + path + "\"}]}");
      return;
    }
    exchange
        .getResponseHeaders()
        .add("Content-Type", mediaTypes.getOrDefault(path, "application/octet-stream"));
    exchange.getResponseHeaders().add("Docker-Content-Digest", Digest.of(stored).value());
    var from = from(exchange);
    var length = stored.length;
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes %d-%d/%d".formatted(from, length - 1, length));
    }
    send(exchange, from > 0 ? 206 : 200, stored, from, length);
  }

  private static int from(HttpExchange exchange) {
    var range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes, int from, int to)
      throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(bytes.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, from == bytes.length ? -1 : bytes.length - from);
    exchange.getResponseBody().write(bytes, from, to - from);
  }

  private static String path(String address) {
    return address.replaceFirst(".*/(manifests|blobs)/", "$1/");
  }

  static void respond(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var bytes = body.getBytes(UTF_8);
    var none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
    if (!none) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** This status with these headers, given as name and value in turn. */
  static Reaction status(int status, String body, String... headers) {
    return exchange -> {
      for (var i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      respond(exchange, status, body);
    };
  }

  /** The proper answer with one more header. */
  Reaction saying(String header, String value) {
    return exchange -> {
      exchange.getResponseHeaders().add(header, value);
      answer(exchange);
    };
  }

  /** The proper answer, cut after so many bytes more. */
  Reaction cutAfter(int count) {
    return exchange -> {
      var bytes = bytes(path(exchange.getRequestURI().getPath()));
      var from = from(exchange);
      exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-");
      send(exchange, from > 0 ? 206 : 200, bytes, from, Math.min(bytes.length, from + count));
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
