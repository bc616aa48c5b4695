package io.pullrescue.registry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.Socket;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;

/**
 * Connections that read ahead below TLS: the JDK asks the system twice for every record, once for
 * its five first bytes and once for the rest.
 */
final class BufferedConnections extends PoolingHttpClientConnectionManagerBuilder {
  /** Four records of TLS, which are 16 KiB at most. */
  private static final int BUFFER = 4 * 16 * 1024 + 1024;

  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    var strategies =
        RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build();
    return new DefaultHttpClientConnectionOperator(new Sockets(), ports, names, strategies);
  }

  private static final class Sockets implements DetachedSocketFactory {
    @Override
    public Socket create(Proxy none) {
      return new ReadingAhead();
    }
  }

  private static final class ReadingAhead extends Socket {
    private Optional<InputStream> input = Optional.empty();

    @Override
    public synchronized InputStream getInputStream() throws IOException {
      if (input.isEmpty()) {
        input = Optional.of(new BufferedInputStream(super.getInputStream(), BUFFER));
      }
      return input.get();
    }
  }
}
