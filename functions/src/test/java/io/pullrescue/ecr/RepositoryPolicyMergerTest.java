package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.MirrorAccess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPolicyMergerTest {
  private static final String CUSTOM_POLICY =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}]}";

  private final RepositoryPolicyMerger merger =
      new RepositoryPolicyMerger("123456789012", "eu-west-1", MirrorAccess.NONE);

  @Test
  void allowsCodeBuildPullsForProjectsOfOwnAccountOnly() {
    assertThat(merger.merge(""))
        .contains(
            "\"Service\":\"codebuild.amazonaws.com\"",
            "\"aws:SourceAccount\":\"123456789012\"",
            "\"arn:aws:codebuild:eu-west-1:123456789012:project/*\"",
            "\"ecr:BatchGetImage\"");
  }

  @Test
  void keepsStatementsOfOperator() {
    assertThat(merger.merge(CUSTOM_POLICY)).contains("{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}");
  }

  @Test
  void mergingTwiceChangesNothing() {
    var once = merger.merge(CUSTOM_POLICY);

    assertThat(merger.isEquivalent(once, merger.merge(once))).isTrue();
    assertThat(merger.isEquivalent(CUSTOM_POLICY, once)).isFalse();
  }

  @Test
  void replacesOlderManagedStatement() {
    var older =
        new RepositoryPolicyMerger("123456789012", "us-east-1", MirrorAccess.NONE).merge("");

    assertThat(merger.merge(older)).contains("eu-west-1").doesNotContain("us-east-1");
  }

  @Test
  void supportsOtherPartitions() {
    assertThat(new RepositoryPolicyMerger("1", "cn-north-1", MirrorAccess.NONE).merge(""))
        .contains("arn:aws-cn:codebuild");
    assertThat(new RepositoryPolicyMerger("1", "us-gov-west-1", MirrorAccess.NONE).merge(""))
        .contains("arn:aws-us-gov:codebuild");
  }

  /** The account as principal would leave the decision to the policy of each role. */
  @Test
  void allowsPrincipalsOfOwnAccountToPull() {
    var own = new MirrorAccess(true, List.of(), "");

    assertThat(new RepositoryPolicyMerger("123456789012", "eu-west-1", own).merge(""))
        .contains(
            "\"Sid\":\"PullRescueOwnAccount\",\"Effect\":\"Allow\",\"Principal\":\"*\"",
            "\"Condition\":{\"StringEquals\":{\"aws:PrincipalAccount\":\"123456789012\"}}");
    assertThat(merger.merge("")).doesNotContain("PullRescueOwnAccount");
  }

  @Test
  void allowsSharedAccountsToPull() {
    var shared = shared(List.of("111111111111", "222222222222"), "");

    assertThat(shared.merge(CUSTOM_POLICY))
        .contains(
            "{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}",
            "\"Principal\":{\"AWS\":[\"arn:aws:iam::111111111111:root\",\"arn:aws:iam::222222222222:root\"]}")
        .doesNotContain("aws:PrincipalOrgID", "\"Principal\":\"*\"");
  }

  @Test
  void allowsOnlySharedOrganizationToPull() {
    assertThat(shared(List.of(), "o-a1b2c3d4e5").merge(""))
        .contains(
            "\"Sid\":\"PullRescueOrganization\",\"Effect\":\"Allow\",\"Principal\":\"*\"",
            "\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}");
  }

  @Test
  void keepsSingleStatementWithoutArray() {
    var policy = CUSTOM_POLICY.replace("[", "").replace("]", "");

    assertThat(merger.merge(policy)).isEqualTo(merger.merge(CUSTOM_POLICY));
  }

  @Test
  void keepsSingleValuesOfOperator() {
    var statement =
        "{\"Sid\":\"Keep\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ecr:*\"}";

    assertThat(merger.merge("{\"Version\":\"2008-10-17\",\"Statement\":" + statement + "}"))
        .startsWith("{\"Version\":\"2008-10-17\",\"Statement\":[" + statement + ",{\"Sid\":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Statement\":[]",
        "[]",
        "null",
        "{\"Statement\":\"none\"}",
        "{\"Statement\":null}",
        "{\"Statement\":[[]]}"
      })
  void rejectsPolicyThatWouldBeLost(String policy) {
    assertThatThrownBy(() -> merger.merge(policy)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void removesOutdatedSharingStatements() {
    var shared = shared(List.of("111111111111"), "o-a1b2c3d4e5").merge(CUSTOM_POLICY);

    assertThat(merger.isEquivalent(merger.merge(shared), merger.merge(CUSTOM_POLICY))).isTrue();
  }

  private static RepositoryPolicyMerger shared(List<String> accounts, String organization) {
    return new RepositoryPolicyMerger(
        "123456789012", "eu-west-1", new MirrorAccess(false, accounts, organization));
  }
}
