package io.pullrescue.command;

import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** One bar for all bytes of an image; nothing at all where nobody watches. */
final class TerminalProgress implements Progress, AutoCloseable {
  private static final long MEBIBYTE = 1024 * 1024;

  private final ProgressBar bar;

  private TerminalProgress(ProgressBarBuilder builder) {
    bar =
        builder
            .setTaskName("copying")
            .setInitialMax(0)
            .setUnit(" MiB", MEBIBYTE)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .showSpeed()
            .build();
  }

  /** A bar where somebody watches; otherwise it is drawn nowhere. */
  static TerminalProgress shown(boolean watched) {
    var builder = new ProgressBarBuilder();
    return new TerminalProgress(watched ? builder : builder.setConsumer(new Silence()));
  }

  @Override
  public void planned(int blobs, long bytes) {
    bar.maxHint(bytes);
  }

  @Override
  public void moved(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public void arrived(Descriptor blob, boolean travelled) {
    if (!travelled) {
      bar.stepBy(blob.size());
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
