package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.EcrTagInventory.MirroredTag;
import io.pullrescue.testing.RecordedResponses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecr.EcrClient;

/** Features of ECR that no emulator has: pagination, times of pulls, archived images. */
class EcrTagInventoryTest {
  private static final String CREATED_BY_TAGS =
      "{\"tags\": [{\"Key\": \"created-by\", \"Value\": \"pull-rescue\"}]}";

  @RegisterExtension final RecordedResponses aws = new RecordedResponses();

  @Test
  void readsAllPagesOfRepositoriesAndImages() {
    aws.respondTo("DescribeRepositories", repositories("docker-hub/library/ruby", "\"next\""))
        .respondTo("DescribeRepositories", repositories("quay/app", "null"))
        .respondTo("ListTagsForResource", CREATED_BY_TAGS)
        .respondTo("ListTagsForResource", CREATED_BY_TAGS)
        .respondTo(
            "DescribeImages",
            images("[\"2.7\", \"2.7.8\"]", "\"lastRecordedPullTime\": 1.78e9", "\"more\""))
        .respondTo("DescribeImages", images("[\"3.0\"]", "\"imagePushedAt\": 1.78e9", "null"))
        .respondTo("DescribeImages", images("[\"v1\"]", "\"imageStatus\": \"ACTIVE\"", "null"));

    assertThat(tags().listTags())
        .map(EcrTagInventoryTest::text)
        .containsExactly(
            "docker-hub/library/ruby:2.7 pulled",
            "docker-hub/library/ruby:2.7.8 pulled",
            "docker-hub/library/ruby:3.0",
            "quay/app:v1");
    assertThat(aws.requests()).anySatisfy(request -> assertThat(request).contains("\"next\""));
    assertThat(aws.requests())
        .anySatisfy(request -> assertThat(request).contains("\"more\"", "TAGGED"));
  }

  @Test
  void ignoresArchivedImages() {
    aws.respondTo("DescribeRepositories", repositories("quay/app", "null"))
        .respondTo("ListTagsForResource", CREATED_BY_TAGS)
        .respondTo("DescribeImages", images("[\"v1\"]", "\"imageStatus\": \"ARCHIVED\"", "null"));

    assertThat(tags().listTags()).isEmpty();
  }

  private EcrTagInventory tags() {
    return new EcrTagInventory(
        aws.client(EcrClient.builder()),
        new MirrorNaming(
            "123456789012.dkr.ecr.us-east-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES));
  }

  private static String text(MirroredTag tag) {
    var mirrorReference = tag.reference();
    return mirrorReference.repository()
        + ":"
        + mirrorReference.tag()
        + (tag.pulled() ? " pulled" : "");
  }

  private static String repositories(String name, String next) {
    return """
    {"repositories": [{"repositoryName": "%s",
     "repositoryArn": "arn:aws:ecr:us-east-1:123456789012:repository/%s"}], "nextToken": %s}\
    """
        .formatted(name, name, next);
  }

  private static String images(String tags, String field, String next) {
    return "{\"imageDetails\": [{\"imageTags\": %s, %s}], \"nextToken\": %s}"
        .formatted(tags, field, next);
  }
}
