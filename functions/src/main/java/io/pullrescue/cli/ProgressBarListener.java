package io.pullrescue.cli;

import io.pullrescue.registry.Descriptor;
import io.pullrescue.replication.CopyProgressListener;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** One bar for all bytes of an image; nothing at all where nobody watches. */
final class ProgressBarListener implements CopyProgressListener, AutoCloseable {
  private static final long MEBIBYTE = 1024 * 1024;

  private final ProgressBar bar;

  private ProgressBarListener(ProgressBarBuilder builder) {
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
  static ProgressBarListener create(boolean visible) {
    var builder = new ProgressBarBuilder();
    return new ProgressBarListener(
        visible ? builder : builder.setConsumer(new SilentProgressBar()));
  }

  @Override
  public void onPlanned(int blobs, long bytes) {
    bar.maxHint(bytes);
  }

  @Override
  public void onBytesCopied(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public void onBlobCompleted(Descriptor blob, boolean copied) {
    if (!copied) {
      bar.stepBy(blob.size());
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
