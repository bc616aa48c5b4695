package io.pullrescue.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy that limits the bytes per second of all responses together. */
public final class ThrottledProxy implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 100;
  private static final int BUFFER_SIZE = 4096;

  private final URI target;
  private final ServerSocket listener;
  private final int bytesPerSecond;
  private final AtomicLong transferredBytes = new AtomicLong();

  /** Fair, so that concurrent responses progress at the same rate. */
  private final Semaphore availableBytes = new Semaphore(0, true);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

  public ThrottledProxy(URI target, int bytesPerSecond) throws IOException {
    this.target = target;
    this.bytesPerSecond = bytesPerSecond;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var bytesPerTick = bytesPerSecond / TICKS_PER_SECOND;
    // Unused capacity is lost, as it is on a real link.
    var _ =
        scheduler.scheduleAtFixedRate(
            () ->
                availableBytes.release(
                    Math.max(0, bytesPerTick + BUFFER_SIZE - availableBytes.availablePermits())),
            0,
            1000 / TICKS_PER_SECOND,
            TimeUnit.MILLISECONDS);
    Thread.ofVirtual().start(this::accept);
  }

  /** Returns a clock that advances with the transferred bytes only, at the rate of the link. */
  public InstantSource clock() {
    return () ->
        Instant.EPOCH.plusNanos(
            transferredBytes.get() * (TimeUnit.SECONDS.toNanos(1) / bytesPerSecond));
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        var server = new Socket(target.getHost(), target.getPort());
        Thread.ofVirtual().start(() -> forward(client, server, 0));
        Thread.ofVirtual().start(() -> forward(server, client, 1));
      } catch (IOException ended) {
        // The proxy was closed, or this connection could not be established.
      }
    }
  }

  /** Forwards bytes until one side closes the connection, and then closes both. */
  private void forward(Socket from, Socket to, int cost) {
    var buffer = new byte[BUFFER_SIZE];
    try (from;
        to) {
      for (var count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        availableBytes.acquire(cost * count);
        transferredBytes.addAndGet((long) cost * count);
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException | InterruptedException gone) {
      // Both sides are closed in any case.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    scheduler.shutdownNow();
  }
}
