package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PullPolicyTest {
  private static final String OPERATORS =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}]}";

  private final PullPolicy policy = new PullPolicy("123456789012", "eu-west-1", Sharing.NONE);

  @Test
  void letsCodeBuildPullForTheProjectsOfThisAccountAlone() {
    assertThat(policy.within(""))
        .contains(
            "\"Service\":\"codebuild.amazonaws.com\"",
            "\"aws:SourceAccount\":\"123456789012\"",
            "\"arn:aws:codebuild:eu-west-1:123456789012:project/*\"",
            "\"ecr:BatchGetImage\"");
  }

  @Test
  void leavesTheOperatorsStatementsAsTheyAre() {
    assertThat(policy.within(OPERATORS)).contains("{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}");
  }

  @Test
  void isContentWithItsOwnWork() {
    var once = policy.within(OPERATORS);

    assertThat(policy.isSame(once, policy.within(once))).isTrue();
    assertThat(policy.isSame(OPERATORS, once)).isFalse();
  }

  @Test
  void replacesAnOlderStatementOfItsOwn() {
    var older = new PullPolicy("123456789012", "us-east-1", Sharing.NONE).within("");

    assertThat(policy.within(older)).contains("eu-west-1").doesNotContain("us-east-1");
  }

  @Test
  void knowsTheOtherPartitions() {
    assertThat(new PullPolicy("1", "cn-north-1", Sharing.NONE).within(""))
        .contains("arn:aws-cn:codebuild");
    assertThat(new PullPolicy("1", "us-gov-west-1", Sharing.NONE).within(""))
        .contains("arn:aws-us-gov:codebuild");
  }

  @Test
  void letsTheAccountsPullThatTheMirrorIsSharedWith() {
    var shared = shared(List.of("111111111111", "222222222222"), "");

    assertThat(shared.within(OPERATORS))
        .contains(
            "{\"Sid\":\"Ours\",\"Effect\":\"Deny\"}",
            "\"Principal\":{\"AWS\":[\"arn:aws:iam::111111111111:root\",\"arn:aws:iam::222222222222:root\"]}")
        .doesNotContain("aws:PrincipalOrgID", "\"Principal\":\"*\"");
  }

  @Test
  void letsTheOrganizationPullThatTheMirrorIsSharedWithAndNobodyElse() {
    assertThat(shared(List.of(), "o-a1b2c3d4e5").within(""))
        .contains(
            "\"Principal\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}");
  }

  @Test
  void takesSharesBackThatAreNoLongerWanted() {
    var shared = shared(List.of("111111111111"), "o-a1b2c3d4e5").within(OPERATORS);

    assertThat(policy.isSame(policy.within(shared), policy.within(OPERATORS))).isTrue();
  }

  private static PullPolicy shared(List<String> accounts, String organization) {
    return new PullPolicy("123456789012", "eu-west-1", new Sharing(accounts, organization));
  }
}
