package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import io.pullrescue.registry.http.RegistryException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks by counted tokens that parsing a manifest is bounded, and proportional to its length. */
final class ManifestScalingTest {
  @ParameterizedTest
  @MethodSource("contents")
  void tokensGrowLinearlyWithLength(String content) throws IOException {
    var piece = ManifestScaling.content(content);
    var small = tokens(ManifestScaling.manifest(piece, 10_000));
    var large = tokens(ManifestScaling.manifest(piece, 80_000));

    // Eight times the length: 8 if the cost is linear, 64 if it is quadratic.
    assertThat(large / (double) small).isBetween(4.0, 12.0);
  }

  static Stream<String> contents() {
    return ManifestScaling.contents().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("descriptorContents")
  void stopsAtFirstDescriptorAboveLimit(String content) throws IOException {
    var piece = ManifestScaling.content(content);
    var bomb = counting(ManifestScaling.manifest(piece, Manifest.MAX_BYTES - 1000));
    var parser = new ManifestParser(bomb);

    assertThatThrownBy(parser::parse)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "a manifest of the image refers to more than 2,000 blobs or manifests, which is the"
                + " limit");
    assertThat(parser.descriptorCount()).isEqualTo(ManifestParser.MAX_DESCRIPTORS + 1);
    var descriptorLength = ManifestScaling.content("layers").length() + 1;
    var atLimit = ManifestScaling.manifest(piece, descriptorLength * 1_000);
    assertThat(bomb.tokens)
        .as("about twice the tokens of half as many descriptors, not those of all 30,000")
        .isLessThan(3 * tokens(atLimit));
  }

  static Stream<String> descriptorContents() {
    return Stream.of("layers", "one list of layers");
  }

  @Test
  void keepsLastOfRepeatedFields() {
    var first = ManifestScaling.content("layers");
    var manifest =
        ManifestParser.parse(
            ("{" + first + "," + first + ",\"config\":null,\"blobs\":null,\"mediaType\":\"a/b\"}")
                .getBytes(UTF_8));

    assertThat(manifest.blobs()).hasSize(1);
    assertThat(manifest.descriptorCount()).isEqualTo(2);
  }

  private static long tokens(byte[] manifest) throws IOException {
    var counting = counting(manifest);
    new ManifestParser(counting).parse();
    return counting.tokens;
  }

  private static CountingParser counting(byte[] manifest) throws IOException {
    return new CountingParser(new JsonFactory().createParser(manifest));
  }

  /** Counts the tokens that are read, including those that are skipped. */
  private static final class CountingParser extends JsonParserDelegate {
    private long tokens;

    CountingParser(JsonParser parser) {
      super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      tokens++;
      return super.nextToken();
    }

    @Override
    public JsonParser skipChildren() throws IOException {
      var open = currentToken().isStructStart() ? 1 : 0;
      while (open > 0) {
        var token = nextToken();
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return this;
    }
  }
}
