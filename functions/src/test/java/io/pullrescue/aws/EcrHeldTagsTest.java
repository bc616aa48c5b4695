package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.replication.HeldTag;
import io.pullrescue.replication.Mirror;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecr.EcrClient;

/** What of ECR no stand-in knows: answers of several pages, times of pulls, its archive. */
class EcrHeldTagsTest {
  private static final String OURS =
      "{\"tags\": [{\"Key\": \"created-by\", \"Value\": \"pull-rescue\"}]}";

  @RegisterExtension final RecordedAnswers aws = new RecordedAnswers();

  @Test
  void readsAllPagesOfRepositoriesAndOfImages() {
    aws.to("DescribeRepositories", repositories("docker-hub/library/ruby", "\"next\""))
        .to("DescribeRepositories", repositories("quay/app", "null"))
        .to("ListTagsForResource", OURS)
        .to("ListTagsForResource", OURS)
        .to(
            "DescribeImages",
            images("[\"2.7\", \"2.7.8\"]", "\"lastRecordedPullTime\": 1.78e9", "\"more\""))
        .to("DescribeImages", images("[\"3.0\"]", "\"imagePushedAt\": 1.78e9", "null"))
        .to("DescribeImages", images("[\"v1\"]", "\"imageStatus\": \"ACTIVE\"", "null"));

    assertThat(tags().all())
        .map(EcrHeldTagsTest::text)
        .containsExactly(
            "docker-hub/library/ruby:2.7 pulled",
            "docker-hub/library/ruby:2.7.8 pulled",
            "docker-hub/library/ruby:3.0",
            "quay/app:v1");
    assertThat(aws.asked()).anySatisfy(asked -> assertThat(asked).contains("\"next\""));
    assertThat(aws.asked()).anySatisfy(asked -> assertThat(asked).contains("\"more\"", "TAGGED"));
  }

  @Test
  void whatWasArchivedIsNotThere() {
    aws.to("DescribeRepositories", repositories("quay/app", "null"))
        .to("ListTagsForResource", OURS)
        .to("DescribeImages", images("[\"v1\"]", "\"imageStatus\": \"ARCHIVED\"", "null"));

    assertThat(tags().all()).isEmpty();
  }

  private EcrHeldTags tags() {
    return new EcrHeldTags(
        aws.client(EcrClient.builder()),
        new Mirror("123456789012.dkr.ecr.us-east-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES));
  }

  private static String text(HeldTag tag) {
    var copy = tag.copy();
    return copy.repository() + ":" + copy.tag() + (tag.pulled() ? " pulled" : "");
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
