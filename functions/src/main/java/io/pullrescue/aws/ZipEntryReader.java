package io.pullrescue.aws;

import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
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
  private static final long UNPACKED = 256L << 20;

  private ZipEntryReader() {}

  /** The entry of exactly this name. */
  static SourceFile read(InputStream stream, String name) throws IOException {
    try {
      return find(new ZipInputStream(stream), name);
    } catch (ZipException | EOFException | IllegalArgumentException unreadable) {
      return new OutOfReach("it lies in a zip that cannot be read from its beginning");
    }
  }

  private static SourceFile find(ZipInputStream zip, String name) throws IOException {
    var buffer = new byte[1 << 16];
    var left = UNPACKED;
    boolean any = false;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      any = true;
      if (entry.getName().equals(name)) {
        return SourceFile.of(zip.readNBytes(SourceFile.LARGEST + 1));
      }
      for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
        left -= read;
        if (left < 0) {
          return new OutOfReach(
              "it lies in a zip that unpacks to more than " + UNPACKED + " bytes");
        }
      }
    }
    return any ? new Missing() : new OutOfReach("its source is no zip, or an empty one");
  }
}
