package io.pullrescue.cli;

import me.tongfei.progressbar.ProgressBarConsumer;

/** Where the bar goes when the output is not a terminal. */
final class SilentProgressBar implements ProgressBarConsumer {
  @Override
  public int getMaxRenderedLength() {
    return 1;
  }

  @Override
  public void accept(String line) {}

  @Override
  public void close() {}
}
