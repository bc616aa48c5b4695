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
 * The way to a repository of a real registry that does as the test says, once for each time it is
 * told, and else passes everything on; it remembers what it was asked. Whatever repository is named
 * to it, it is this one.
 */
final class FaultyRegistry implements AutoCloseable {
  /** What to do instead of passing the request on. */
  interface Reaction {
    void to(HttpExchange exchange) throws IOException;
  }

  private record Line(String method, String part, Queue<Reaction> reactions) {}

  /** What no real registry would keep: it is told by the way to it. */
  private record Lie(String mediaType, String json) {}

  private final RealRepository behind = RealRepository.create();
  private final Map<String, Lie> lies = new ConcurrentHashMap<>();
  private final List<Line> script = new ArrayList<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  FaultyRegistry() {
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
  FaultyRegistry on(String method, String part, Reaction... reactions) {
    script.add(new Line(method, part, new ArrayDeque<>(List.of(reactions))));
    return this;
  }

  FaultyRegistry on(String method, String part, List<Reaction> reactions) {
    return on(method, part, reactions.toArray(Reaction[]::new));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<String> requests(String beginning) {
    return requests.stream().filter(request -> request.startsWith(beginning)).toList();
  }

  Digest blob(byte[] bytes) {
    return behind.blob(bytes);
  }

  /** A manifest, also where a real registry would not take it. */
  Digest manifest(String identifier, String mediaType, String json) {
    var bytes = json.getBytes(UTF_8);
    var digest = Digest.of(bytes);
    if (!behind.takes(identifier, mediaType, bytes)) {
      lies.put("manifests/" + identifier, new Lie(mediaType, json));
      lies.put("manifests/" + digest, new Lie(mediaType, json));
    }
    return digest;
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

  /** What is kept there; nothing where nothing is. */
  byte[] bytes(String path) {
    var lie = lies.get(path);
    return lie == null ? behind.bytes(path) : lie.json().getBytes(UTF_8);
  }

  boolean has(String path) {
    return bytes(path).length > 0;
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

  /** What the real registry does. */
  void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var manifest = path.replaceFirst(".*/(manifests/)", "$1");
    var lie = lies.get(manifest);
    var reads = !exchange.getRequestMethod().startsWith("P");
    if (lie == null || !reads) {
      behind.answer(exchange, Integer.MAX_VALUE);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", lie.mediaType());
    exchange.getResponseHeaders().add("Docker-Content-Digest", Digest.of(bytes(manifest)).value());
    respond(exchange, 200, lie.json());
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
    return exchange -> behind.answer(exchange, count);
  }

  /** No answer: the connection ends. */
  static Reaction hangUp() {
    return HttpExchange::close;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
