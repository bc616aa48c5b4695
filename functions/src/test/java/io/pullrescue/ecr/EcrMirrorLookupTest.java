package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.testing.TestFixtures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecr.EcrClient;

/** Which image of the mirror a retry uses. */
class EcrMirrorLookupTest {
  private static final String NOT_FOUND = "{\"__type\": \"ImageNotFoundException\"}";
  private static final String OWN =
      "{\"tags\": [{\"Key\": \"created-by\", \"Value\": \"pull-rescue\"}]}";
  private static final Digest TAGGED = digest("tagged");
  private static final Digest RESCUED = digest("rescued");

  @RegisterExtension final RecordedResponses aws = new RecordedResponses();

  @Test
  void prefersImageBesideTag() {
    aws.respondTo("DescribeImages", image(RESCUED, "ACTIVE"))
        .respondTo("DescribeImages", image(TAGGED, "ACTIVE"))
        .respondTo("ListTagsForResource", OWN);

    assertThat(lookup().find(TestFixtures.RUBY))
        .hasValueSatisfying(found -> assertThat(found.digest()).isEqualTo(RESCUED));
    assertThat(imageRequests()).singleElement().asString().contains("pull-rescue.2.7");
  }

  @Test
  void usesTagWithoutImageBesideIt() {
    aws.respondTo("DescribeImages", NOT_FOUND)
        .respondTo("DescribeImages", image(TAGGED, "ACTIVE"))
        .respondTo("ListTagsForResource", OWN);

    assertThat(lookup().find(TestFixtures.RUBY))
        .hasValueSatisfying(found -> assertThat(found.digest()).isEqualTo(TAGGED));
  }

  @Test
  void usesTagWhenImageBesideItIsArchived() {
    aws.respondTo("DescribeImages", image(RESCUED, "ARCHIVED"))
        .respondTo("DescribeImages", image(TAGGED, "ACTIVE"))
        .respondTo("ListTagsForResource", OWN);

    assertThat(lookup().find(TestFixtures.RUBY))
        .hasValueSatisfying(found -> assertThat(found.digest()).isEqualTo(TAGGED));
  }

  @Test
  void looksUpDigestOnce() {
    aws.respondTo("DescribeImages", image(TAGGED, "ACTIVE")).respondTo("ListTagsForResource", OWN);

    assertThat(lookup().find(ImageReference.of("ruby@" + TAGGED))).isPresent();
    assertThat(imageRequests()).singleElement().asString().doesNotContain("pull-rescue.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme/secret-app:1",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/github/acme/secret-app:1"
      })
  void ignoresImageInRepositoryOfOthers(String image) {
    aws.respondTo("DescribeImages", image(TAGGED, "ACTIVE"))
        .respondTo("ListTagsForResource", "{\"tags\": [{\"Key\": \"team\", \"Value\": \"acme\"}]}");

    assertThat(lookup().find(ImageReference.of(image))).isEmpty();
    assertThat(imageRequests()).isNotEmpty();
  }

  @Test
  void doesNotTakeTagBesideTagForUpstreamTag() {
    var image = ImageReference.of("ruby:pull-rescue.2.7");
    var mirrorReference =
        ImageReference.of(
            TestFixtures.MIRROR.registry() + "/docker-hub/library/ruby:pull-rescue.2.7");

    assertThat(lookup().find(image)).isEmpty();
    assertThat(TestFixtures.MIRROR.upstreamReference(mirrorReference)).isEmpty();
    assertThat(aws.requests()).isEmpty();
  }

  private List<String> imageRequests() {
    return aws.requests().stream().filter(request -> request.contains("imageIds")).toList();
  }

  private EcrMirrorLookup lookup() {
    return new EcrMirrorLookup(aws.client(EcrClient.builder()), TestFixtures.MIRROR);
  }

  private static String image(Digest digest, String status) {
    return "{\"imageDetails\": [{\"imageDigest\": \"%s\", \"imageStatus\": \"%s\"}]}"
        .formatted(digest, status);
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
