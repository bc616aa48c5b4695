package io.pullrescue.registry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.MirrorRepository;
import io.pullrescue.replication.Registries;
import io.pullrescue.replication.UpstreamRepository;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Registries over HTTP; connections, tokens and challenges are kept from one image to the next. */
public final class HttpRegistries implements Registries, AutoCloseable {
  private final Network network;
  private final Transport transport;
  private final Tokens tokens;
  private final Map<URI, Challenge> challenges = new ConcurrentHashMap<>();

  /** Registries within this network, with so many connections to each host at most. */
  public HttpRegistries(Network network, int connections) {
    this.network = network;
    this.transport = new Transport(network, connections);
    this.tokens = new Tokens(transport);
  }

  @Override
  public UpstreamRepository upstream(
      ImageReference image, @Nullable Login login, Deadline deadline) {
    return new HttpUpstreamRepository(session(image, "pull", login), new Persistence(deadline));
  }

  @Override
  public MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline) {
    return new HttpMirrorRepository(session(copy, "pull,push", login), new Persistence(deadline));
  }

  /** How many requests have been sent to all registries. */
  public long requests() {
    return transport.sent();
  }

  private Session session(ImageReference image, String actions, @Nullable Login login) {
    var registry = network.endpoint(image.registry());
    return new Session(transport, tokens, challenges, registry, image.repository(), actions, login);
  }

  /** Closes what connections are open. */
  @Override
  public void close() throws IOException {
    transport.close();
  }
}
