package io.pullrescue.registry;

import io.pullrescue.image.Printable;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
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
 * Sends requests over pooled connections; follows redirects by hand, under the network's rules.
 *
 * <p>The client's own redirects, retries, cookies and decompression are off: they would carry
 * credentials, repeat counted requests, and change the bytes.
 */
final class Transport implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private static final Timeout ANSWER = Timeout.ofSeconds(30);

  /** A registry may hash a large blob once more before it says that it has it. */
  private static final Timeout ANSWER_TO_UPLOAD = Timeout.ofMinutes(3);

  private final Network network;
  private final CloseableHttpClient client;
  private final LongAdder sent = new LongAdder();

  Transport(Network network, int connections) {
    this.network = network;
    this.client = client(network, connections);
  }

  private static CloseableHttpClient client(Network network, int connections) {
    var timeouts =
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.ofSeconds(10))
            .setSocketTimeout(Timeout.ofSeconds(60))
            .setValidateAfterInactivity(TimeValue.ofSeconds(5))
            .build();
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(network.addressGuard())
            .setDefaultConnectionConfig(timeouts)
            .setMaxConnPerRoute(connections)
            .setMaxConnTotal(4 * connections)
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

  /** Sends it where it says, and nowhere else. */
  Answer send(Call call, @Nullable String authorization) {
    network.checked(call.uri());
    sent.increment();
    try {
      var request = request(call, authorization);
      var response = client.executeOpen(RoutingSupport.determineHost(request), request, null);
      return new Answer(call.uri(), request, response);
    } catch (AddressGuard.ForbiddenAddress forbidden) {
      throw new RegistryRefused(Reason.UNFIT, call + ": " + forbidden.getMessage(), forbidden);
    } catch (IOException | HttpException failed) {
      throw new RegistryRefused(Reason.UNREACHABLE, call + ": " + said(failed), failed);
    }
  }

  private static String said(Exception failed) {
    return failed.getClass().getSimpleName()
        + " "
        + Printable.of(String.valueOf(failed.getMessage()));
  }

  /** How many requests have been sent, tokens and redirects among them. */
  long sent() {
    return sent.sum();
  }

  /** Sends it, and follows redirects; the authorization goes to the first host only. */
  Answer follow(Call call, @Nullable String authorization) {
    var next = call;
    for (var hop = 0; hop <= MOST_REDIRECTS; hop++) {
      var known = Network.sameOrigin(call.uri(), next.uri());
      var answer = send(next, known ? authorization : null);
      if (!REDIRECTS.contains(answer.status()) || !call.mayBeRedirected()) {
        return answer;
      }
      try (answer) {
        next = call.to(location(answer));
      }
    }
    throw new RegistryRefused(Reason.UNFIT, call + ": more than 5 redirects");
  }

  /** Where an answer points; it may be relative, and it may be nonsense. */
  static URI location(Answer answer) {
    return resolved(answer, answer.header("Location").orElse(""));
  }

  static URI resolved(Answer answer, String address) {
    try {
      return answer.from().resolve(address);
    } catch (IllegalArgumentException nonsense) {
      throw new RegistryRefused(
          Reason.UNFIT, answer.from().getHost() + " points to what is no address", nonsense);
    }
  }

  private static HttpUriRequestBase request(Call call, @Nullable String authorization) {
    var request = new HttpUriRequestBase(call.method(), call.uri());
    call.headers().forEach(request::setHeader);
    request.setHeader("Accept-Encoding", "identity");
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    request.setEntity(call.body());
    var patience = call.body() == null ? ANSWER : ANSWER_TO_UPLOAD;
    request.setConfig(RequestConfig.custom().setResponseTimeout(patience).build());
    return request;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
