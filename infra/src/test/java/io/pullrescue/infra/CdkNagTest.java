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

/** Checks the stack with the rules AwsSolutions of cdk-nag; exceptions have a reason. */
class CdkNagTest {
  private static final String ARN = "arn:<AWS::Partition>:%s:<AWS::Region>:<AWS::AccountId>:%s";

  private static final List<NagPackSuppression> ACCEPTED =
      List.of(
          wildcard(
              "*",
              "ecr:GetAuthorizationToken, ecr:DescribePullThroughCacheRules and cloudwatch:GetMetricStatistics support no resources, and the ARNs of the network interfaces that"
                  + " Lambda creates are not known in advance; ResourceScopeTest and VpcAttachmentTest check"
                  + " that no other action has this wildcard."),
          wildcard(
              ARN.formatted("codebuild", "project/*"),
              "Any build of the account may fail to pull an image, and no list of projects has to be"
                  + " kept; a condition on the tag of the project includes or excludes it."),
          wildcard(
              ARN.formatted("codepipeline", "*"),
              "A build may belong to any pipeline; a condition on its tag excludes it."),
          wildcard(
              ARN.formatted("ecs", "task/*"),
              "Any task of the account may fail to pull an image; a retried one is tagged when it starts."),
          wildcard(
              "arn:<AWS::Partition>:s3:::logs-*/*",
              "Build logs that are not in CloudWatch Logs; the operator configures the buckets."),
          wildcard(
              ARN.formatted("ecs", "service/*"),
              "Any service may fail to pull an image; a condition on its tag includes or excludes it."),
          wildcard(
              ARN.formatted("ecs", "task-definition/*"),
              "New revisions are tagged in the call that registers them; a condition limits that."),
          wildcard(
              ARN.formatted("ecs", "task-definition/*:*"),
              "Any task may be retried; a condition on the tag of its definition limits that."),
          wildcard(ARN.formatted("batch", "job/*"), "Any job may be retried, and keeps its tags."),
          wildcard(
              ARN.formatted("batch", "job-queue/*"),
              "A job is retried in its own job queue, which may be any."),
          wildcard(
              ARN.formatted("batch", "job-definition/*"),
              "Any job may fail to pull an image and get a new revision of its definition."),
          wildcard(
              ARN.formatted("batch", "job-definition/*:*"),
              "The same; a condition on tags includes or excludes them."),
          wildcard(
              ARN.formatted("ecr", "repository/*"),
              "ecr:DescribeRepositories lists all repositories or those with a given name;"
                  + " ResourceScopeTest checks that no other action has this wildcard."),
          wildcard(
              "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*",
              "Any build of the account may have any role; simulating its policies changes nothing."),
          wildcard(
              "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/service-role/ecs/*",
              "A new revision has the roles of the previous one; the operator configures their names,"
                  + " and a condition limits passing them to ECS tasks."),
          wildcard(
              ARN.formatted("codecommit", "*"),
              "A buildspec may be in any repository of the account; a condition on its tag excludes it."),
          wildcard(
              ARN.formatted("logs", "log-group:/aws/codebuild/*:*"),
              "A log group per project and a stream per build; the operator configures the groups."),
          wildcard(
              ARN.formatted("logs", "log-group:/teams/*/builds:*"),
              "As above; the operator configures the names."),
          wildcard(
              "arn:<AWS::Partition>:s3:::sources/*",
              "Sources may be anywhere in a bucket; the operator configures the buckets."),
          wildcard(
              "arn:<AWS::Partition>:s3:::teams-*/*",
              "As above; the operator configures the names."),
          wildcard(
              ARN.formatted("secretsmanager", "secret:team-*-??????"),
              "Workloads may have many secrets; the operator configures their names."),
          NagPackSuppression.builder()
              .id("AwsSolutions-IAM5")
              .appliesTo(
                  List.of(
                      Map.of(
                          "regex",
                          "/^Resource::arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:"
                              + "repository\\/[a-z\\/-]+\\/\\*$/")))
              .reason(
                  "Mirror repositories are created when an image is first replicated; permissions are"
                      + " limited to the prefix of each upstream, and of each rule that is named.")
              .build());

  static List<Map<String, Object>> settings() {
    return List.of(Map.of(), SynthesizedStack.EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void stackHasNoFindings(Map<String, Object> settings) {
    var stack = SynthesizedStack.stack(settings);
    Aspects.of(stack).add(new AwsSolutionsChecks());
    NagSuppressions.addStackSuppressions(stack, ACCEPTED);

    var annotations = Annotations.fromStack(stack);

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
