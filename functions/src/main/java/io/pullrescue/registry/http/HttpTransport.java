package io.pullrescue.registry.http;

import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over pooled connections and follows redirects under the {@link EndpointPolicy}.
 *
 * <p>Redirects, retries, cookies and decompression of the HTTP client are disabled: they would
 * forward credentials, repeat rate-limited requests, and change the bytes.
 */
public final class HttpTransport implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECT_STATUSES = Set.of(301, 302, 303, 307, 308);

  private static final Timeout RESPONSE_TIMEOUT = Timeout.ofSeconds(30);

  /** A registry may hash a large blob before it confirms the upload. */
  private static final Timeout UPLOAD_RESPONSE_TIMEOUT = Timeout.ofMinutes(3);

  private final EndpointPolicy endpointPolicy;
  private final CloseableHttpClient client;
  private final LongAdder requestCount = new LongAdder();

  public HttpTransport(EndpointPolicy endpointPolicy, int maxConnectionsPerHost) {
    this.endpointPolicy = endpointPolicy;
    this.client = createClient(endpointPolicy, maxConnectionsPerHost);
  }

  private static CloseableHttpClient createClient(
      EndpointPolicy endpointPolicy, int maxConnectionsPerHost) {
    var timeouts =
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.ofSeconds(10))
            .setSocketTimeout(Timeout.ofSeconds(60))
            .setValidateAfterInactivity(TimeValue.ofSeconds(5))
            .build();
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(endpointPolicy.dnsResolver())
            .setDefaultConnectionConfig(timeouts)
            .setMaxConnPerRoute(maxConnectionsPerHost)
            .setMaxConnTotal(4 * maxConnectionsPerHost)
            .build();
    return HttpClients.custom()
        .setConnectionManager(pool)
        .setUserAgent("pull-rescue")
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  /** Sends a request without following redirects. */
  public RegistryResponse send(RegistryRequest request, @Nullable String authorization) {
    endpointPolicy.requireAllowed(request.uri());
    requestCount.increment();
    try {
      var httpRequest = toHttpRequest(request, authorization);
      var httpResponse =
          client.executeOpen(RoutingSupport.determineHost(httpRequest), httpRequest, null);
      return new RegistryResponse(request.uri(), httpRequest, httpResponse);
    } catch (EndpointPolicy.ForbiddenAddressException forbidden) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE, request + ": " + forbidden.getMessage(), forbidden);
    } catch (UnknownHostException | SSLHandshakeException failed) {
      throw new RegistryException(Reason.UNAVAILABLE, request + ": " + describe(failed), failed);
    } catch (IOException | HttpException failed) {
      // The cause is left out: its message may quote the response.
      throw new RegistryException(Reason.UNAVAILABLE, request + ": " + describe(failed));
    }
  }

  private static String describe(Exception failed) {
    return failed.getClass().getSimpleName()
        + " "
        + TextSanitizer.sanitize(String.valueOf(failed.getMessage()));
  }

  /** Returns the number of requests sent so far, including token requests and redirects. */
  public long requestCount() {
    return requestCount.sum();
  }

  /** Sends a request and follows redirects; only the first host receives the authorization. */
  public RegistryResponse sendFollowingRedirects(
      RegistryRequest request, @Nullable String authorization) {
    var next = request;
    for (var hop = 0; hop <= MAX_REDIRECTS; hop++) {
      var isSameHost = EndpointPolicy.isSameOrigin(request.uri(), next.uri());
      var response = send(next, isSameHost ? authorization : null);
      if (!REDIRECT_STATUSES.contains(response.status()) || !request.isRedirectable()) {
        return response;
      }
      try (response) {
        next = request.withUri(location(response));
      }
    }
    throw new RegistryException(Reason.INVALID_RESPONSE, request + ": more than 5 redirects");
  }

  /** Returns the absolute address in the Location header of a response. */
  public static URI location(RegistryResponse response) {
    return resolve(response, response.header("Location").orElse(""));
  }

  /** Resolves a possibly relative address of a response; throws if it is not valid. */
  public static URI resolve(RegistryResponse response, String reference) {
    try {
      return response.uri().resolve(reference);
    } catch (IllegalArgumentException notAnAddress) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          response.uri().getHost() + " returned an invalid Location or Link header");
    }
  }

  private static HttpUriRequestBase toHttpRequest(
      RegistryRequest request, @Nullable String authorization) {
    var httpRequest = new HttpUriRequestBase(request.method(), request.uri());
    request.headers().forEach(httpRequest::setHeader);
    httpRequest.setHeader("Accept-Encoding", "identity");
    if (authorization != null) {
      httpRequest.setHeader("Authorization", authorization);
    }
    httpRequest.setEntity(request.body());
    var timeout = request.body() == null ? RESPONSE_TIMEOUT : UPLOAD_RESPONSE_TIMEOUT;
    httpRequest.setConfig(RequestConfig.custom().setResponseTimeout(timeout).build());
    return httpRequest;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
