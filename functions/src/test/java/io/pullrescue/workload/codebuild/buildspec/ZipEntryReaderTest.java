package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
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
  void findsEntryByExactName() throws IOException {
    add("src/buildspec.yml", "another");
    add("buildspec.yml.bak", "another");
    add("buildspec.yml", "version: 0.2\n");

    assertThat(read("buildspec.yml")).isEqualTo(new Found("version: 0.2\n"));
  }

  @Test
  void findsUncompressedEntry() throws IOException {
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
  void doesNotNormalizeEntryNames(String name) throws IOException {
    add(name, name.endsWith("/") ? "" : "evil");

    assertThat(read("buildspec.yml")).isEqualTo(new NotFound());
  }

  @Test
  void rejectsEntryThatIsTooLarge() throws IOException {
    add("buildspec.yml", "x".repeat(FetchResult.MAX_BYTES + 1));

    assertThat(reason("buildspec.yml")).contains("larger than");
  }

  @Test
  void rejectsZipBomb() throws IOException {
    zip.putNextEntry(new ZipEntry("zeros"));
    var zeros = new byte[1 << 20];
    for (int i = 0; i < 257; i++) {
      zip.write(zeros);
    }
    add("buildspec.yml", "version: 0.2\n");

    assertThat(reason("buildspec.yml")).contains("expands to more than 256 MiB");
    assertThat(bytes.size()).isLessThan(1 << 20);
  }

  @Test
  void reportsInvalidZip() throws IOException {
    assertThat(reason(new byte[0])).contains("not a zip file");
    assertThat(reason("GIF89a, and more of it than a header".getBytes(StandardCharsets.UTF_8)))
        .contains("not a zip file");
  }

  @Test
  void reportsTruncatedZip() throws IOException {
    add("a", "x".repeat(100_000));
    add("buildspec.yml", "version: 0.2\n");
    zip.close();

    assertThat(reason(Arrays.copyOf(bytes.toByteArray(), 60))).contains("damaged");
  }

  private void add(String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private FetchResult read(String name) throws IOException {
    zip.close();
    return ZipEntryReader.read(new ByteArrayInputStream(bytes.toByteArray()), name);
  }

  private String reason(String name) throws IOException {
    return reason(read(name));
  }

  private static String reason(byte[] zip) throws IOException {
    return reason(ZipEntryReader.read(new ByteArrayInputStream(zip), "buildspec.yml"));
  }

  private static String reason(FetchResult file) {
    assertThat(file).isInstanceOf(Unavailable.class);
    return ((Unavailable) file).reason();
  }
}
