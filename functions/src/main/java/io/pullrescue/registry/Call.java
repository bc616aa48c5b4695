package io.pullrescue.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** One request, without the credentials that go with it. */
record Call(String method, URI uri, Map<String, String> headers, @Nullable HttpEntity body) {
  Call {
    headers = Map.copyOf(headers);
  }

  static Call of(String method, URI uri) {
    return new Call(method, uri, Map.of(), null);
  }

  Call with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Call(method, uri, more, body);
  }

  Call with(HttpEntity content) {
    return new Call(method, uri, headers, content);
  }

  Call to(URI other) {
    return new Call(method, other, headers, body);
  }

  /** Only what changes nothing may be sent wherever a redirect points. */
  boolean mayBeRedirected() {
    return method.equals("GET") || method.equals("HEAD");
  }

  @Override
  public String toString() {
    return method + " " + uri.getHost() + uri.getPath();
  }
}
