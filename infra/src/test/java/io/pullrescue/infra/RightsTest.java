package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class RightsTest {
  private static final Set<String> LOG = Set.of("logs:CreateLogStream", "logs:PutLogEvents");
  private static final Set<String> RECEIVE =
      Set.of(
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ReceiveMessage");
  private static final Set<String> READ_BUILDS = Set.of("codebuild:BatchGetBuilds");
  private static final Set<String> COPY =
      Set.of(
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:CreateRepository",
          "ecr:DescribeRepositories",
          "ecr:GetAuthorizationToken",
          "ecr:GetDownloadUrlForLayer",
          "ecr:GetRepositoryPolicy",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:PutLifecyclePolicy",
          "ecr:SetRepositoryPolicy",
          "ecr:TagResource",
          "ecr:UploadLayerPart",
          "secretsmanager:GetSecretValue");

  private static final Synthesized STACK = Synthesized.withLoginAndBuckets();

  static Stream<Arguments> whatEachMayDo() {
    return Stream.of(
        Arguments.of(
            Job.DIAGNOSE,
            all(
                List.of(
                    LOG,
                    RECEIVE,
                    READ_BUILDS,
                    Set.of(
                        "batch:DescribeJobs",
                        "ecs:DescribeTaskDefinition",
                        "ecs:DescribeTasks",
                        "events:PutEvents",
                        "logs:GetLogEvents",
                        "s3:GetObject",
                        "sqs:SendMessage")))),
        Arguments.of(
            Job.REPLICATE,
            all(List.of(LOG, RECEIVE, COPY, Set.of("events:PutEvents", "sqs:SendMessage")))),
        Arguments.of(
            Job.RETRY,
            all(
                List.of(
                    LOG,
                    RECEIVE,
                    READ_BUILDS,
                    Set.of(
                        "codebuild:BatchGetBuildBatches",
                        "codebuild:BatchGetProjects",
                        "codebuild:ListBuildsForProject",
                        "codebuild:RetryBuildBatch",
                        "codebuild:StartBuild",
                        "codepipeline:GetPipeline",
                        "codepipeline:GetPipelineState",
                        "codepipeline:RetryStageExecution",
                        "codecommit:GetFile",
                        "ecr:DescribeImages",
                        "events:PutEvents",
                        "logs:GetLogEvents",
                        "s3:GetObject",
                        "s3:GetObjectVersion")))),
        Arguments.of(
            Job.RESCUE, all(List.of(LOG, COPY, Set.of("events:PutEvents", "sqs:SendMessage")))),
        Arguments.of(
            Job.REFRESH,
            all(
                List.of(
                    LOG,
                    Set.of(
                        "ecr:DescribeImages",
                        "ecr:DescribeRepositories",
                        "ecr:ListTagsForResource",
                        "sqs:SendMessage")))));
  }

  @ParameterizedTest
  @MethodSource("whatEachMayDo")
  void eachFunctionMayDoWhatItsStepTakesAndNothingElse(Job job, Set<String> actions) {
    assertThat(STACK.rights(job).actions()).containsExactlyInAnyOrderElementsOf(actions);
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"REPLICATE", "RESCUE"})
  void whoTalksToTheInternetCannotStartBuilds(Job job) {
    assertThat(STACK.rights(job).actions()).noneMatch(action -> action.startsWith("codebuild:"));
  }

  @Test
  void whoStartsBuildsCannotWriteToTheMirror() {
    assertThat(STACK.rights(Job.RETRY).actions())
        .contains("codebuild:StartBuild")
        .filteredOn(action -> action.startsWith("ecr:"))
        .containsExactly("ecr:DescribeImages");
  }

  @Test
  void projectsCanBeChangedOnlyWhereTheOperatorAllowsIt() {
    assertThat(STACK.rights(Job.RETRY).actions()).doesNotContain("codebuild:UpdateProject");
    assertThat(
            Synthesized.with(Map.of("projectChanges", "until-green")).rights(Job.RETRY).actions())
        .contains("codebuild:UpdateProject");
  }

  @Test
  void whoReadsLogsCanNeitherStartBuildsNorReachTheMirror() {
    assertThat(STACK.rights(Job.DIAGNOSE).actions())
        .doesNotContain("codebuild:StartBuild")
        .noneMatch(action -> action.startsWith("ecr:"))
        .noneMatch(action -> action.startsWith("secretsmanager:"));
  }

  @ParameterizedTest
  @EnumSource(value = Job.class, mode = Mode.EXCLUDE, names = "REFRESH")
  void whoeverSpeaksDoesSoInOurNameOnly(Job job) {
    JsonNode condition = STACK.rights(job).statement("events:PutEvents").path("Condition");

    assertThat(condition.path("ForAllValues:StringEquals"))
        .hasToString("{\"events:source\":\"pull-rescue\"}");
    assertThat(condition.path("Null")).hasToString("{\"events:source\":\"false\"}");
  }

  @Test
  void peopleMayGiveTheirRolesTheRightToPullFromTheMirror() {
    assertThat(STACK.all("AWS::IAM::ManagedPolicy"))
        .singleElement()
        .satisfies(policy -> {
          Rights rights = Rights.in(policy);
          assertThat(rights.actions())
              .containsExactly(
                  "ecr:BatchCheckLayerAvailability",
                  "ecr:BatchGetImage",
                  "ecr:GetAuthorizationToken",
                  "ecr:GetDownloadUrlForLayer");
          assertThat(rights.resources("ecr:BatchGetImage"))
              .hasSize(Upstream.values().length)
              .allMatch(resource -> resource.contains(":repository/"));
        });
  }

  private static Set<String> all(Collection<Set<String>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }
}
