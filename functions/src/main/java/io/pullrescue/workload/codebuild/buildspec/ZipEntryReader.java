package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads one entry of a zip file while it is downloaded. Entry names are only compared and nothing
 * is extracted to disk, so names with {@code ..} are harmless.
 */
final class ZipEntryReader {
  /** The limit for the entries before the wanted one, against zip bombs. */
  private static final long MAX_UNCOMPRESSED_BYTES = 256L << 20;

  private ZipEntryReader() {}

  /** Returns the entry with exactly this name. */
  static FetchResult read(InputStream stream, String name) throws IOException {
    try {
      return findEntry(new ZipInputStream(stream), name);
    } catch (ZipException | EOFException | IllegalArgumentException unreadable) {
      return new Unavailable("the zip file of the source is damaged or cannot be read as a stream");
    }
  }

  private static FetchResult findEntry(ZipInputStream zip, String name) throws IOException {
    var buffer = new byte[1 << 16];
    var remaining = MAX_UNCOMPRESSED_BYTES;
    boolean hasEntries = false;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      hasEntries = true;
      if (entry.getName().equals(name)) {
        return FetchResult.of(zip.readNBytes(FetchResult.MAX_BYTES + 1));
      }
      for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
        remaining -= read;
        if (remaining < 0) {
          return new Unavailable(
              "the zip file of the source expands to more than "
                  + (MAX_UNCOMPRESSED_BYTES >> 20)
                  + " MiB");
        }
      }
    }
    return hasEntries
        ? new NotFound()
        : new Unavailable("the source is not a zip file, or an empty one");
  }
}
