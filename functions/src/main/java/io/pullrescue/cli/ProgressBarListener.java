package io.pullrescue.cli;

import io.pullrescue.registry.Descriptor;
import io.pullrescue.replication.CopyProgressListener;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Draws one progress bar for all bytes of an image. */
final class ProgressBarListener implements CopyProgressListener, AutoCloseable {
  private static final long MEBIBYTE = 1024 * 1024;

  private final ProgressBar bar =
      new ProgressBarBuilder()
          .setTaskName("copying")
          .setInitialMax(0)
          .setUnit(" MiB", MEBIBYTE)
          .setStyle(ProgressBarStyle.UNICODE_BLOCK)
          .showSpeed()
          .build();

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
