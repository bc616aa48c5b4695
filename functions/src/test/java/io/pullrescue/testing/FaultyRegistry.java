package io.pullrescue.testing;

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
import org.jspecify.annotations.Nullable;

/**
 * A proxy to one repository of a real registry that replaces single responses and records requests.
 * Requests for any repository name go to this repository.
 */
public final class FaultyRegistry implements AutoCloseable {
  /** Handles a request instead of forwarding it. */
  public interface ResponseHandler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private record Stub(String method, String pathPart, Queue<ResponseHandler> handlers) {}

  /** A manifest that the real registry rejects, and that the proxy returns itself. */
  private record FakeManifest(String mediaType, String json) {}

  private static final byte[] CONFIG = "{}".getBytes(UTF_8);

  private final RealRepository repository = RealRepository.create();
  private final Map<String, FakeManifest> fakeManifests = new ConcurrentHashMap<>();
  private final List<Stub> stubs = new ArrayList<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();

  /** The rate limit that all responses for manifests report; null for none. */
  public volatile @Nullable String remainingPulls;

  private final HttpServer server;

  public FaultyRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** Handles the next requests with this method and part of the path, one handler per request. */
  public FaultyRegistry enqueue(String method, String pathPart, ResponseHandler... handlers) {
    stubs.add(new Stub(method, pathPart, new ArrayDeque<>(List.of(handlers))));
    return this;
  }

  public FaultyRegistry enqueue(String method, String pathPart, List<ResponseHandler> handlers) {
    return enqueue(method, pathPart, handlers.toArray(ResponseHandler[]::new));
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<String> requests(String prefix) {
    return requests.stream().filter(request -> request.startsWith(prefix)).toList();
  }

  public Digest pushBlob(byte[] bytes) {
    return repository.pushBlob(bytes);
  }

  /** Pushes a manifest, even if the real registry rejects it. */
  public Digest pushManifest(String identifier, String mediaType, String json) {
    var bytes = json.getBytes(UTF_8);
    var digest = Digest.of(bytes);
    if (!repository.tryPutManifest(identifier, mediaType, bytes)) {
      fakeManifests.put("manifests/" + identifier, new FakeManifest(mediaType, json));
      fakeManifests.put("manifests/" + digest, new FakeManifest(mediaType, json));
    }
    return digest;
  }

  /** Pushes an image with these layers under a tag. */
  public Digest pushImage(String tag, byte[]... layers) {
    pushBlob(CONFIG);
    for (var layer : layers) {
      pushBlob(layer);
    }
    return pushManifest(tag, TestImage.MANIFEST, imageManifest(layers));
  }

  /** Returns the manifest of an image with these layers. */
  public static String imageManifest(byte[]... layers) {
    var descriptors = new ArrayList<String>();
    for (var layer : layers) {
      descriptors.add(TestImage.descriptor("application/x-layer", Digest.of(layer), layer.length));
    }
    return "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}"
        .formatted(TestImage.descriptor("application/x-config", Digest.of(CONFIG), 2), descriptors);
  }

  /** Pushes an index of these manifests under a tag. */
  public Digest pushIndex(String tag, Digest... children) {
    var descriptors = new ArrayList<String>();
    for (var child : children) {
      var size = content("manifests/" + child).length;
      descriptors.add(TestImage.descriptor(TestImage.MANIFEST, child, size));
    }
    return pushManifest(
        tag, TestImage.INDEX, "{\"schemaVersion\":2,\"manifests\":%s}".formatted(descriptors));
  }

  /** Returns the content of a path; empty if it does not exist. */
  public byte[] content(String path) {
    var fake = fakeManifests.get(path);
    return fake == null ? repository.content(path) : fake.json().getBytes(UTF_8);
  }

  public boolean exists(String path) {
    return content(path).length > 0;
  }

  private void handle(HttpExchange exchange) throws IOException {
    var address = exchange.getRequestURI().toString();
    requests.add(exchange.getRequestMethod() + " " + address);
    var remaining = remainingPulls;
    if (remaining != null && address.contains("/manifests/")) {
      exchange.getResponseHeaders().add("ratelimit-remaining", remaining + ";w=21600");
    }
    try (exchange) {
      nextHandler(exchange.getRequestMethod(), address).handle(exchange);
    }
  }

  private ResponseHandler nextHandler(String method, String address) {
    synchronized (stubs) {
      for (var stub : stubs) {
        if (stub.method().equals(method) && address.contains(stub.pathPart())) {
          var handler = stub.handlers().poll();
          if (handler != null) {
            return handler;
          }
        }
      }
    }
    return this::forward;
  }

  /** Forwards a request to the real registry. */
  public void forward(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var manifest = path.replaceFirst(".*/(manifests/)", "$1");
    var fake = fakeManifests.get(manifest);
    var isRead = !exchange.getRequestMethod().startsWith("P");
    if (fake == null || !isRead) {
      repository.forward(exchange, Integer.MAX_VALUE);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", fake.mediaType());
    exchange
        .getResponseHeaders()
        .add("Docker-Content-Digest", Digest.of(content(manifest)).value());
    respond(exchange, 200, fake.json());
  }

  public static void respond(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var bytes = body.getBytes(UTF_8);
    var isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, isEmpty ? -1 : bytes.length);
    if (!isEmpty) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Responds with a status and with headers, given as alternating names and values. */
  public static ResponseHandler status(int status, String body, String... headers) {
    return exchange -> {
      for (var i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      respond(exchange, status, body);
    };
  }

  /** Adds a header to the real registry's response. */
  public ResponseHandler withHeader(String header, String value) {
    return exchange -> {
      exchange.getResponseHeaders().add(header, value);
      forward(exchange);
    };
  }

  /** Interrupts the real registry's response after this number of bytes. */
  public ResponseHandler truncateAfter(int bytes) {
    return exchange -> repository.forward(exchange, bytes);
  }

  /** Closes the connection without a response. */
  public static ResponseHandler dropConnection() {
    return HttpExchange::close;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
