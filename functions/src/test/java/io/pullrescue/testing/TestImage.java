package io.pullrescue.testing;

import io.pullrescue.image.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;

/** Pushes images with the JDK's HTTP client, independently of the code under test. */
public final class TestImage {
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI registry;
  private final String repository;

  /** Creates images in a repository. */
  public TestImage(URI registry, String repository) {
    this.registry = registry;
    this.repository = repository;
  }

  /** Returns different bytes for each seed. */
  public static byte[] randomBytes(int size, long seed) {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  Digest pushBlob(byte[] bytes) throws IOException, InterruptedException {
    var digest = Digest.of(bytes);
    var opened =
        send("POST", registry.resolve("/v2/" + repository + "/blobs/uploads/"), "", new byte[0]);
    var location = registry.resolve(opened.headers().firstValue("Location").orElseThrow());
    var upload = URI.create(location + "&digest=" + digest);
    requireStatus(201, send("PUT", upload, "application/octet-stream", bytes));
    return digest;
  }

  /** Pushes a manifest with unusual white space, field order and fields. */
  public Digest pushManifest(String identifier, byte[] config, byte[]... layers)
      throws IOException, InterruptedException {
    var list = new StringBuilder();
    for (var layer : layers) {
      list.append(list.isEmpty() ? "" : " ,\n")
          .append(
              descriptor(
                  "application/vnd.oci.image.layer.v1.tar+gzip", pushBlob(layer), layer.length));
    }
    var json =
        "{ \"x-unknown\" : [1,  2.50, \"\\u00e9\"],\n\t\"schemaVersion\":2,\"mediaType\": \"%s\" ,\n \"config\":%s,\"layers\":[%s]}\n\n"
            .formatted(
                MANIFEST,
                descriptor(
                    "application/vnd.oci.image.config.v1+json", pushBlob(config), config.length),
                list);
    return putManifest(
        identifier, MANIFEST, json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public Digest putManifest(String identifier, String mediaType, byte[] bytes)
      throws IOException, InterruptedException {
    var digest = Digest.of(bytes);
    var name = identifier.isEmpty() ? digest.value() : identifier;
    var address = registry.resolve("/v2/" + repository + "/manifests/" + name);
    requireStatus(201, send("PUT", address, mediaType, bytes));
    return digest;
  }

  public static String descriptor(String mediaType, Digest digest, long size) {
    return "{\"size\":%d, \"digest\":\"%s\",\"mediaType\":\"%s\",\"x\":null}"
        .formatted(size, digest, mediaType);
  }

  /** Returns the registry's response to a GET request for a manifest. */
  public HttpResponse<byte[]> getManifest(String identifier)
      throws IOException, InterruptedException {
    var address = registry.resolve("/v2/" + repository + "/manifests/" + identifier);
    var request =
        HttpRequest.newBuilder(address).header("Accept", INDEX + "," + MANIFEST).GET().build();
    return http.send(request, BodyHandlers.ofByteArray());
  }

  public byte[] getBlob(Digest digest) throws IOException, InterruptedException {
    var address = registry.resolve("/v2/" + repository + "/blobs/" + digest);
    return http.send(HttpRequest.newBuilder(address).GET().build(), BodyHandlers.ofByteArray())
        .body();
  }

  private HttpResponse<byte[]> send(String method, URI address, String type, byte[] body)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(address).method(method, BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void requireStatus(int status, HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != status) {
      throw new IOException(
          response + " " + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
