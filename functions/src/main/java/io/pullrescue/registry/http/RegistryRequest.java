package io.pullrescue.registry.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** Describes a request without its authorization, which is added when the request is sent. */
public record RegistryRequest(
    String method, URI uri, Map<String, String> headers, @Nullable HttpEntity body) {
  public RegistryRequest {
    headers = Map.copyOf(headers);
  }

  public static RegistryRequest of(String method, URI uri) {
    return new RegistryRequest(method, uri, Map.of(), null);
  }

  public RegistryRequest withHeader(String header, String value) {
    var merged = new LinkedHashMap<>(headers);
    merged.put(header, value);
    return new RegistryRequest(method, uri, merged, body);
  }

  public RegistryRequest withBody(HttpEntity content) {
    return new RegistryRequest(method, uri, headers, content);
  }

  RegistryRequest withUri(URI other) {
    return new RegistryRequest(method, other, headers, body);
  }

  /**
   * Returns whether the request changes nothing, so that it may follow a redirect to another host.
   */
  boolean isRedirectable() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** Returns the method, host and path without the query, which may contain a signature. */
  @Override
  public String toString() {
    return method + " " + uri.getHost() + uri.getPath();
  }
}
