package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFile.Found;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZipEntryReaderTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(bytes);

  @Test
  void findsTheEntryOfExactlyThisName() throws IOException {
    add("src/buildspec.yml", "another");
    add("buildspec.yml.bak", "another");
    add("buildspec.yml", "version: 0.2\n");

    assertThat(read("buildspec.yml")).isEqualTo(new Found("version: 0.2\n"));
  }

  @Test
  void findsAnEntryThatIsNotCompressed() throws IOException {
    var content = "version: 0.2\n".getBytes(StandardCharsets.UTF_8);
    var checksum = new CRC32();
    checksum.update(content);
    var entry = new ZipEntry("buildspec.yml");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);

    assertThat(read("buildspec.yml")).isEqualTo(new Found("version: 0.2\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../buildspec.yml",
        "./buildspec.yml",
        "/buildspec.yml",
        "x/../buildspec.yml",
        "BUILDSPEC.YML",
        "x\\..\\buildspec.yml",
        "buildspec.yml/"
      })
  void aNameThatOnlyLeadsThereIsAnotherFile(String name) throws IOException {
    add(name, name.endsWith("/") ? "" : "evil");

    assertThat(read("buildspec.yml")).isEqualTo(new Missing());
  }

  @Test
  void refusesAnEntryThatIsTooLarge() throws IOException {
    add("buildspec.yml", "x".repeat(SourceFile.LARGEST + 1));

    assertThat(why("buildspec.yml")).contains("larger than");
  }

  @Test
  void givesUpOnAZipThatUnpacksWithoutEnd() throws IOException {
    zip.putNextEntry(new ZipEntry("zeros"));
    var zeros = new byte[1 << 20];
    for (int i = 0; i < 257; i++) {
      zip.write(zeros);
    }
    add("buildspec.yml", "version: 0.2\n");

    assertThat(why("buildspec.yml")).contains("unpacks to more than");
    assertThat(bytes.size()).isLessThan(1 << 20);
  }

  @Test
  void saysSoWhereItIsNoZip() throws IOException {
    assertThat(why(new byte[0])).contains("no zip");
    assertThat(why("GIF89a, and more of it than a header".getBytes(StandardCharsets.UTF_8)))
        .contains("no zip");
  }

  @Test
  void aZipThatEndsTooEarlyIsNotSearchedInVain() throws IOException {
    add("a", "x".repeat(100_000));
    add("buildspec.yml", "version: 0.2\n");
    zip.close();

    assertThat(why(Arrays.copyOf(bytes.toByteArray(), 60))).contains("cannot be read");
  }

  private void add(String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private SourceFile read(String name) throws IOException {
    zip.close();
    return ZipEntryReader.read(new ByteArrayInputStream(bytes.toByteArray()), name);
  }

  private String why(String name) throws IOException {
    return why(read(name));
  }

  private static String why(byte[] zip) throws IOException {
    return why(ZipEntryReader.read(new ByteArrayInputStream(zip), "buildspec.yml"));
  }

  private static String why(SourceFile file) {
    assertThat(file).isInstanceOf(OutOfReach.class);
    return ((OutOfReach) file).why();
  }
}
