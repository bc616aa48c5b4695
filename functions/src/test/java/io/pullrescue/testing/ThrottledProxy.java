package io.pullrescue.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The way to a server with so many bytes a second for all connections together. */
public final class ThrottledProxy implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 100;
  private static final int BUFFER_SIZE = 4096;

  private final URI target;
  private final ServerSocket listener;
  private final Semaphore availableBytes = new Semaphore(0);
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

  /** Leads to this server. */
  public ThrottledProxy(URI target, int bytesPerSecond) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var bytesPerTick = bytesPerSecond / TICKS_PER_SECOND;
    // What nobody used is gone: a link does not save up.
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

  /** Where it begins. */
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
        // Either the link is closed, or this one connection could not be made.
      }
    }
  }

  /** Until one side ends; then both do. */
  private void forward(Socket from, Socket to, int cost) {
    var buffer = new byte[BUFFER_SIZE];
    try (from;
        to) {
      for (var count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        availableBytes.acquire(cost * count);
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException | InterruptedException gone) {
      // Closing both ends is all there is to do.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    scheduler.shutdownNow();
  }
}
