package io.pullrescue.registry;

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
public final class NarrowLink implements AutoCloseable {
  private static final int TICKS_A_SECOND = 100;
  private static final int PIECE = 4096;

  private final URI behind;
  private final ServerSocket entrance;
  private final Semaphore room = new Semaphore(0);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  /** Leads to this server. */
  public NarrowLink(URI behind, int bytesPerSecond) throws IOException {
    this.behind = behind;
    this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var share = bytesPerSecond / TICKS_A_SECOND;
    // What nobody used is gone: a link does not save up.
    var _ =
        clock.scheduleAtFixedRate(
            () -> room.release(Math.max(0, share + PIECE - room.availablePermits())),
            0,
            1000 / TICKS_A_SECOND,
            TimeUnit.MILLISECONDS);
    Thread.ofVirtual().start(this::accept);
  }

  /** Where it begins. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        var client = entrance.accept();
        var server = new Socket(behind.getHost(), behind.getPort());
        Thread.ofVirtual().start(() -> pass(client, server, 0));
        Thread.ofVirtual().start(() -> pass(server, client, 1));
      } catch (IOException ended) {
        // Either the link is closed, or this one connection could not be made.
      }
    }
  }

  /** Until one side ends; then both do. */
  private void pass(Socket from, Socket to, int cost) {
    var piece = new byte[PIECE];
    try (from;
        to) {
      for (var count = from.getInputStream().read(piece);
          count >= 0;
          count = from.getInputStream().read(piece)) {
        room.acquire(cost * count);
        to.getOutputStream().write(piece, 0, count);
      }
    } catch (IOException | InterruptedException gone) {
      // Closing both ends is all there is to do.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    clock.shutdownNow();
  }
}
