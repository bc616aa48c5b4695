package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.dropConnection;
import static io.pullrescue.testing.FaultyRegistry.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.FaultyRegistry.ResponseHandler;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each fault at each endpoint, once, twice and for ever.
 *
 * <p>The rows are generated, and so is what is expected of them: a temporary fault is survived once
 * and twice, any other fault of a single response once, and after a fault that lasts the tag either
 * does not exist or refers to the right image, after few requests.
 */
class RegistryFaultRowsTest {
  private static final byte[] LAYER = TestImage.randomBytes(300_000, 7);
  private static final byte[] OTHER = TestImage.randomBytes(300_000, 8);
  private static final String LAYER_BLOB = "blobs/" + Digest.of(LAYER);

  /** The digest of the image that the index refers to, as {@link FaultyRegistry} writes it. */
  private static final Digest CHILD =
      Digest.of(FaultyRegistry.imageManifest(LAYER).getBytes(UTF_8));

  /** More than any row needs: an index, an image, two blobs, and five tries of what fails. */
  private static final int MAX_REQUESTS = 80;

  private static final int FOR_EVER = 1000;

  /** Statuses that are treated like others, of which the rows "for ever" are enough. */
  private static final Set<String> SHORT =
      Set.of(
          "408", "425", "500", "502", "504", "522", "524", "525", "599", "402", "406", "418",
          "423");

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  /** A place in the protocol where something may go wrong. */
  enum Endpoint {
    SOURCE_HEAD_MANIFEST("HEAD", "manifests/tag"),
    SOURCE_GET_MANIFEST("GET", "manifests/"),
    SOURCE_GET_CHILD("GET", "manifests/" + CHILD),
    SOURCE_GET_TOKEN("GET", "/token"),
    SOURCE_GET_BLOB("GET", LAYER_BLOB),
    STORAGE_GET_BLOB("GET", LAYER_BLOB),
    MIRROR_HEAD_MANIFEST("HEAD", "manifests/tag"),
    MIRROR_HEAD_BLOB("HEAD", LAYER_BLOB),
    MIRROR_POST_UPLOAD("POST", "blobs/uploads"),
    MIRROR_PUT_UPLOAD("PUT", "digest=" + Digest.of(LAYER)),
    MIRROR_PUT_MANIFEST("PUT", "manifests/sha256:"),
    MIRROR_PUT_TAG("PUT", "manifests/tag");

    private final String method;
    private final String pathPart;

    Endpoint(String method, String pathPart) {
      this.method = method;
      this.pathPart = pathPart;
    }

    @Override
    public String toString() {
      return switch (this) {
        case SOURCE_HEAD_MANIFEST -> "source HEAD manifest";
        case SOURCE_GET_MANIFEST -> "source GET manifest";
        case SOURCE_GET_CHILD -> "source GET child manifest";
        case SOURCE_GET_TOKEN -> "source GET token";
        case SOURCE_GET_BLOB -> "source GET blob";
        case STORAGE_GET_BLOB -> "redirected GET blob";
        case MIRROR_HEAD_MANIFEST -> "mirror HEAD manifest";
        case MIRROR_HEAD_BLOB -> "mirror HEAD blob";
        case MIRROR_POST_UPLOAD -> "mirror POST upload";
        case MIRROR_PUT_UPLOAD -> "mirror PUT upload";
        case MIRROR_PUT_MANIFEST -> "mirror PUT manifest";
        case MIRROR_PUT_TAG -> "mirror PUT tag";
      };
    }

    boolean isMirror() {
      return name().startsWith("MIRROR");
    }

    /** Whether the response has a body that matters. */
    boolean isDownload() {
      return method.equals("GET");
    }
  }

  /** How often a fault is survived. */
  enum Kind {
    TEMPORARY(2),
    DAMAGED(1),
    UNSUPPORTED(FOR_EVER),
    FINAL(0);

    private final int survivedTimes;

    Kind(int survivedTimes) {
      this.survivedTimes = survivedTimes;
    }
  }

  record Fault(String name, Kind kind, ResponseHandler handler) {}

  record Row(Endpoint endpoint, Fault fault, int times) {
    boolean isSurvived() {
      return times <= fault.kind().survivedTimes;
    }

    @Override
    public String toString() {
      var often =
          switch (times) {
            case 1 -> "once";
            case 2 -> "twice";
            default -> "for ever";
          };
      return "%s %s %s".formatted(endpoint, fault.name(), often);
    }
  }

  static Stream<Row> rows() {
    return Stream.of(Endpoint.values())
        .flatMap(endpoint ->
            faults(endpoint)
                .flatMap(fault ->
                    Stream.of(1, 2, FOR_EVER)
                        .filter(times -> times != 2 || fault.kind() == Kind.TEMPORARY)
                        .filter(times -> times != FOR_EVER || !SHORT.contains(fault.name()))
                        .map(times -> new Row(endpoint, fault, times))));
  }

  private static Stream<Fault> faults(Endpoint endpoint) {
    return Stream.of(
            temporaryStatuses(),
            otherStatuses(endpoint),
            Stream.of(
                new Fault("connection dropped", Kind.TEMPORARY, dropConnection()),
                new Fault("429 for hours", Kind.FINAL, status(429, "", "Retry-After", "36000")),
                new Fault("429 for a second", Kind.TEMPORARY, status(429, "", "Retry-After", "1")),
                new Fault("503 for a second", Kind.TEMPORARY, status(503, "", "Retry-After", "1"))),
            endpoint.isDownload() ? damagedBodies(endpoint) : Stream.<Fault>empty())
        .flatMap(faults -> faults);
  }

  private static Stream<Fault> temporaryStatuses() {
    return IntStream.of(408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 525, 530, 599)
        .mapToObj(status -> fault(status, Kind.TEMPORARY));
  }

  private static Stream<Fault> otherStatuses(Endpoint endpoint) {
    return IntStream.of(
            204, 206, 400, 401, 402, 403, 404, 405, 406, 409, 410, 418, 423, 451, 501, 505)
        .mapToObj(status -> fault(status, kind(endpoint, status)));
  }

  private static Fault fault(int status, Kind kind) {
    return new Fault(String.valueOf(status), kind, status(status, ""));
  }

  private static Kind kind(Endpoint endpoint, int status) {
    return switch (endpoint) {
      case SOURCE_HEAD_MANIFEST -> kindOfHead(status, Kind.FINAL);
      case MIRROR_HEAD_MANIFEST, MIRROR_HEAD_BLOB -> kindOfHead(status, Kind.UNSUPPORTED);
      case SOURCE_GET_TOKEN -> status == 401 ? Kind.FINAL : Kind.DAMAGED;
      case MIRROR_PUT_UPLOAD ->
          switch (status) {
            case 400, 401, 404, 409, 410 -> Kind.TEMPORARY;
            default -> Kind.DAMAGED;
          };
      case MIRROR_PUT_MANIFEST, MIRROR_PUT_TAG -> Kind.DAMAGED;
      default -> Kind.DAMAGED;
    };
  }

  private static Kind kindOfHead(int status, Kind absent) {
    return switch (status) {
      case 404 -> absent;
      case 405, 501 -> Kind.UNSUPPORTED;
      default -> Kind.DAMAGED;
    };
  }

  /** Bodies of responses with the status of a success. */
  private static Stream<Fault> damagedBodies(Endpoint endpoint) {
    var html = "<html><body>Welcome</body></html>";
    // A token server that sends more than a token may have is not asked again.
    var length = endpoint == Endpoint.SOURCE_GET_TOKEN ? 300 : LAYER.length;
    var right = Arrays.copyOf(LAYER, length);
    var faults =
        Stream.of(
            new Fault("web page", Kind.DAMAGED, status(200, html, "Content-Type", "text/html")),
            new Fault("empty", Kind.DAMAGED, status(200, "")),
            new Fault("wrong bytes", Kind.DAMAGED, bytes(Arrays.copyOf(OTHER, length), length)),
            new Fault("more bytes", Kind.DAMAGED, bytes(new byte[length + 1], length + 1)),
            new Fault("JSON of another kind", Kind.DAMAGED, status(200, "[]")),
            new Fault("cut at once", Kind.TEMPORARY, bytes(right, 0)),
            new Fault("cut after one byte", Kind.TEMPORARY, bytes(right, 1)),
            new Fault("cut in the middle", Kind.TEMPORARY, bytes(right, length / 2)),
            new Fault("cut before the end", Kind.TEMPORARY, bytes(right, length - 1)));
    // A blob that begins with other bytes is resumed, and found to be wrong at its end.
    return endpoint == Endpoint.SOURCE_GET_BLOB || endpoint == Endpoint.STORAGE_GET_BLOB
        ? faults.filter(
            fault -> !Set.of("web page", "empty", "JSON of another kind").contains(fault.name()))
        : faults;
  }

  /** Announces all of these bytes, sends some, and closes the connection. */
  private static ResponseHandler bytes(byte[] body, int sent) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, sent);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void leavesOnlyTheRightImage(Row row) {
    var digest = pushImage();
    prepare(row.endpoint());
    registryOf(row.endpoint())
        .enqueue(
            row.endpoint().method,
            row.endpoint().pathPart,
            Collections.nCopies(row.times(), row.fault().handler()));

    fixture.dockerHub.enqueue(
        "GET", "/token", Collections.nCopies(FOR_EVER, status(200, "{\"token\":\"right\"}")));

    var result = fixture.replicate("acme/app:tag");

    if (row.isSurvived()) {
      assertThat(result).isInstanceOf(Replicated.class);
      assertThat(Digest.of(fixture.mirror.content("manifests/tag"))).isEqualTo(digest);
      assertThat(fixture.mirror.content(LAYER_BLOB)).isEqualTo(LAYER);
    } else if (result instanceof Replicated) {
      assertThat(Digest.of(fixture.mirror.content("manifests/tag"))).isEqualTo(digest);
    } else {
      assertThat(fixture.mirror.exists("manifests/tag")).isFalse();
    }
    assertThat(requestCount()).isLessThan(MAX_REQUESTS);
  }

  private Digest pushImage() {
    var image = fixture.dockerHub.pushImage("image", LAYER);
    return fixture.dockerHub.pushIndex("tag", image);
  }

  private void prepare(Endpoint endpoint) {
    switch (endpoint) {
      case SOURCE_GET_TOKEN -> {
        var realm = fixture.dockerHub.endpoint() + "/token";
        fixture.dockerHub.enqueue(
            "HEAD",
            "manifests/tag",
            status(401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"hub\""));
      }
      case STORAGE_GET_BLOB -> {
        fixture.ecrPublic.pushBlob(LAYER);
        var storage = fixture.ecrPublic.endpoint() + "/v2/x/" + LAYER_BLOB;
        fixture.dockerHub.enqueue(
            "GET", LAYER_BLOB, Collections.nCopies(FOR_EVER, status(307, "", "Location", storage)));
      }
      default -> {}
    }
  }

  private FaultyRegistry registryOf(Endpoint endpoint) {
    if (endpoint == Endpoint.STORAGE_GET_BLOB) {
      return fixture.ecrPublic;
    }
    return endpoint.isMirror() ? fixture.mirror : fixture.dockerHub;
  }

  private int requestCount() {
    return Stream.of(fixture.dockerHub, fixture.ecrPublic, fixture.mirror)
        .mapToInt(registry -> registry.requests("").size())
        .sum();
  }
}
