package io.pullrescue.infra;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** What AWS's own reviewers ask of a stack (cdk-nag, AwsSolutions), and what is accepted. */
class ReviewTest {
  private static final String ARN = "arn:<AWS::Partition>:%s:<AWS::Region>:<AWS::AccountId>:%s";

  private static final List<NagPackSuppression> ACCEPTED =
      List.of(
          wildcard(
              "*",
              "ecr:GetAuthorizationToken knows no resource, and Lambda makes network interfaces in a"
                  + " VPC that nobody knows before; ReachTest and VpcTest see to it that nothing else"
                  + " is for everything."),
          wildcard(
              ARN.formatted("codebuild", "project/*"),
              "Any build of the account may fail of a pull, and nobody should have to list them."),
          wildcard(
              ARN.formatted("codepipeline", "*"),
              "A build may be the action of any pipeline; only stages that failed are retried."),
          wildcard(
              ARN.formatted("ecs", "task/*"),
              "Any task of the account may fail of a pull; a new one gets its tags as it starts."),
          wildcard(
              "arn:<AWS::Partition>:s3:::logs-*/*",
              "Logs of builds that CloudWatch does not get; the operator names the buckets."),
          wildcard(
              ARN.formatted("ecs", "service/*"),
              "Any service may fail of a pull; its tag and a condition keep it in or out."),
          wildcard(
              ARN.formatted("ecs", "task-definition/*"),
              "Any task may run again, with its tags: conditions on tags and calls see to that."),
          wildcard(
              ARN.formatted("batch", "job/*"),
              "A job that is submitted again keeps its tags, whichever it is."),
          wildcard(
              ARN.formatted("batch", "job-queue/*"),
              "A job goes into the queue that it was in, whichever that is."),
          wildcard(
              ARN.formatted("batch", "job-definition/*"),
              "Any job may fail of a pull and get a new revision of its definition."),
          wildcard(
              ARN.formatted("batch", "job-definition/*:*"),
              "The same: a condition on tags keeps them in or out."),
          wildcard(
              ARN.formatted("ecr", "repository/*"),
              "ecr:DescribeRepositories lists all repositories or those of which the name is known;"
                  + " ReachTest sees to it that no other action is for all."),
          wildcard(
              "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*",
              "A revision names the roles of the one before, whatever they are; a condition gives"
                  + " them to tasks alone."),
          wildcard(
              ARN.formatted("codecommit", "*"),
              "A buildspec may be in any repository of the account; single files are read."),
          wildcard(
              ARN.formatted("logs", "log-group:/aws/codebuild/*:*"),
              "A group for each project, a stream for each build; the operator names the groups."),
          wildcard(
              ARN.formatted("logs", "log-group:/teams/*/builds:*"),
              "The same: what the operator names."),
          wildcard(
              "arn:<AWS::Partition>:s3:::sources/*",
              "Sources may lie anywhere in a bucket; the operator names the buckets."),
          wildcard("arn:<AWS::Partition>:s3:::teams-*/*", "The same: what the operator names."),
          wildcard(
              ARN.formatted("secretsmanager", "secret:team-*-??????"),
              "Secrets of workloads may be many; the operator names them."),
          NagPackSuppression.builder()
              .id("AwsSolutions-IAM5")
              .appliesTo(
                  List.of(
                      Map.of(
                          "regex",
                          "/^Resource::arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:"
                              + "repository\\/[a-z-]+\\/\\*$/")))
              .reason(
                  "The mirror's repositories are made when an image is first met; rights end at the"
                      + " prefix of each upstream.")
              .build());

  static List<Map<String, Object>> settings() {
    return List.of(Map.of(), Synthesized.EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theStackPassesTheReview(Map<String, Object> settings) {
    PullRescueStack stack = Synthesized.stack(settings);
    Aspects.of(stack).add(new AwsSolutionsChecks());
    NagSuppressions.addStackSuppressions(stack, ACCEPTED);

    Annotations annotations = Annotations.fromStack(stack);

    annotations.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    annotations.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
  }

  private static NagPackSuppression wildcard(String resource, String reason) {
    return NagPackSuppression.builder()
        .id("AwsSolutions-IAM5")
        .appliesTo(List.of("Resource::" + resource))
        .reason(reason)
        .build();
  }
}
