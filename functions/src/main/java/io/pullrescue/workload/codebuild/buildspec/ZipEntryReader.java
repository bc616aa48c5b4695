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
 * Finds one entry of a zip while it arrives. Names in the zip are only compared: nothing is written
 * anywhere, so a name that climbs out of its folder leads nowhere.
 */
final class ZipEntryReader {
  /** What all entries before ours may unpack to: a small zip can hold terabytes. */
  private static final long MAX_UNCOMPRESSED_BYTES = 256L << 20;

  private ZipEntryReader() {}

  /** The entry of exactly this name. */
  static FetchResult read(InputStream stream, String name) throws IOException {
    try {
      return findEntry(new ZipInputStream(stream), name);
    } catch (ZipException | EOFException | IllegalArgumentException unreadable) {
      return new Unavailable("it lies in a zip that cannot be read from its beginning");
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
              "it lies in a zip that unpacks to more than " + MAX_UNCOMPRESSED_BYTES + " bytes");
        }
      }
    }
    return hasEntries ? new NotFound() : new Unavailable("its source is no zip, or an empty one");
  }
}
