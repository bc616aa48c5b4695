package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
  private static final Set<String> READ_BUILDS =
      Set.of("codebuild:BatchGetBuilds", "codebuild:BatchGetProjects");
  private static final Set<String> COPY =
      Set.of(
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:CreateRepository",
          "ecr:DescribeImages",
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

  private static Synthesized stack;

  @BeforeAll
  static void synthesize() {
    stack =
        Synthesized.with(
            Map.of(
                "credentials",
                "docker.io=hub/login",
                "sourceBuckets",
                "sources, teams-*",
                "buildLogBuckets",
                "logs-*"));
  }

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
                        "logs:FilterLogEvents",
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
                        "codebuild:ListBuildsForProject",
                        "codebuild:RetryBuildBatch",
                        "codebuild:StartBuild",
                        "codepipeline:GetPipeline",
                        "codepipeline:GetPipelineState",
                        "codepipeline:RetryStageExecution",
                        "codecommit:GetFile",
                        "ecr:BatchGetImage",
                        "ecr:DescribeImages",
                        "events:PutEvents",
                        "logs:FilterLogEvents",
                        "logs:GetLogEvents",
                        "s3:GetObject",
                        "s3:GetObjectVersion")))),
        Arguments.of(
            Job.RESCUE, all(List.of(LOG, COPY, Set.of("events:PutEvents", "sqs:SendMessage")))));
  }

  @ParameterizedTest
  @MethodSource("whatEachMayDo")
  void eachFunctionMayDoWhatItsStepTakesAndNothingElse(Job job, Set<String> actions) {
    assertThat(stack.rights(job).actions()).containsExactlyInAnyOrderElementsOf(actions);
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"REPLICATE", "RESCUE"})
  void whoTalksToTheInternetCannotStartBuilds(Job job) {
    assertThat(stack.rights(job).actions()).noneMatch(action -> action.startsWith("codebuild:"));
  }

  @Test
  void whoStartsBuildsCannotWriteToTheMirror() {
    assertThat(stack.rights(Job.RETRY).actions())
        .contains("codebuild:StartBuild")
        .filteredOn(action -> action.startsWith("ecr:"))
        .containsExactlyInAnyOrder("ecr:BatchGetImage", "ecr:DescribeImages");
  }

  @Test
  void projectsCanBeChangedOnlyWhereTheOperatorAllowsIt() {
    assertThat(stack.rights(Job.RETRY).actions()).doesNotContain("codebuild:UpdateProject");
    assertThat(
            Synthesized.with(Map.of("projectChanges", "until-green")).rights(Job.RETRY).actions())
        .contains("codebuild:UpdateProject");
  }

  @Test
  void whoReadsLogsCanNeitherStartBuildsNorReachTheMirror() {
    assertThat(stack.rights(Job.DIAGNOSE).actions())
        .doesNotContain("codebuild:StartBuild")
        .noneMatch(action -> action.startsWith("ecr:"))
        .noneMatch(action -> action.startsWith("secretsmanager:"));
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void noRightIsForEverythingButWhereTheActionKnowsNoResource(Job job) {
    assertThat(stack.rights(job).statements())
        .allSatisfy(statement -> {
          assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
          assertThat(statement.path("Action").toString()).doesNotContain("*");
        })
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .isSubsetOf(
            "\"ecr:GetAuthorizationToken\"",
            "[\"batch:DescribeJobs\",\"ecs:DescribeTaskDefinition\"]");
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void everyoneSpeaksInOurNameOnly(Job job) {
    JsonNode condition = stack.rights(job).statement("events:PutEvents").path("Condition");

    assertThat(condition.path("ForAllValues:StringEquals"))
        .hasToString("{\"events:source\":\"pull-rescue\"}");
    assertThat(condition.path("Null")).hasToString("{\"events:source\":\"false\"}");
  }

  @Test
  void imagesGoBelowThePrefixesOfTheUpstreamsOnly() {
    Synthesized hubOnly = Synthesized.with(Map.of("upstreams", "docker.io,quay.io"));

    assertThat(hubOnly.rights(Job.REPLICATE).resources("ecr:PutImage"))
        .hasSize(2)
        .satisfiesExactly(
            hub -> assertThat(hub).contains(":repository/docker-hub/*"),
            quay -> assertThat(quay).contains(":repository/quay/*"));
  }

  @Test
  void onlyTheConfiguredSecretIsRead() {
    assertThat(stack.rights(Job.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .singleElement()
        .asString()
        .contains(":secret:hub/login-??????");
  }

  @Test
  void onlyTheConfiguredParametersAreRead() {
    Synthesized other =
        Synthesized.with(Map.of("credentials", "docker.io=ssm:/hub/user,/hub/password,quay.io=q"));

    assertThat(other.rights(Job.REPLICATE).resources("ssm:GetParameters"))
        .hasSize(2)
        .anySatisfy(arn -> assertThat(arn.toString()).contains(":parameter/hub/user"))
        .anySatisfy(arn -> assertThat(arn.toString()).contains(":parameter/hub/password"));
    assertThat(other.rights(Job.REPLICATE).resources("secretsmanager:GetSecretValue")).hasSize(1);
  }

  @Test
  void withoutCredentialsNoSecretIsRead() {
    assertThat(Synthesized.byDefault().rights(Job.REPLICATE).actions())
        .doesNotContain("secretsmanager:GetSecretValue");
  }

  @Test
  void onlyTheBucketsThatAreNamedAreRead() {
    assertThat(stack.rights(Job.RETRY).resources("s3:GetObjectVersion"))
        .satisfiesExactly(
            one -> assertThat(one).endsWith(":s3:::sources/*\"]]}"),
            teams -> assertThat(teams).endsWith(":s3:::teams-*/*\"]]}"));
  }

  @Test
  void onlyTheBucketsOfLogsThatAreNamedAreRead() {
    assertThat(stack.rights(Job.DIAGNOSE).resources("s3:GetObject"))
        .singleElement()
        .asString()
        .endsWith(":s3:::logs-*/*\"]]}");
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"DIAGNOSE", "RETRY"})
  void noBucketIsReadUnlessItIsNamed(Job job) {
    assertThat(Synthesized.byDefault().rights(job).actions())
        .noneMatch(action -> action.startsWith("s3:"));
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void tasksAndJobsAreLookedAtAndNotChanged(Job job) {
    assertThat(stack.rights(job).actions())
        .filteredOn(action -> action.startsWith("ecs:") || action.startsWith("batch:"))
        .allMatch(action -> action.contains(":Describe"));
  }

  @ParameterizedTest
  @CsvSource({"tagged, StringEquals, on", "all, StringNotEquals, off"})
  void servicesAreChangedOnlyAsTheOperatorAndTheirTagsSay(
      String ecs, String comparison, String value) {
    Rights rights = Synthesized.with(Map.of("ecs", ecs)).rights(Job.RETRY);

    assertThat(rights.actions())
        .filteredOn(action -> action.matches("(ecs|iam):.*"))
        .containsExactlyInAnyOrder(
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:DescribeTasks",
            "ecs:RegisterTaskDefinition",
            "ecs:TagResource",
            "ecs:UpdateService",
            "iam:PassRole");
    assertThat(rights.statement("ecs:UpdateService").path("Condition"))
        .hasToString(
            "{\"%s\":{\"aws:ResourceTag/pull-rescue\":\"%s\"}}".formatted(comparison, value));
    assertThat(rights.resources("ecs:UpdateService"))
        .singleElement()
        .asString()
        .endsWith(":service/*\"]]}");
  }

  @Test
  void rolesAreGivenToTasksAloneAndTagsToNewRevisionsAlone() {
    Rights rights = Synthesized.with(Map.of("ecs", "all")).rights(Job.RETRY);

    assertThat(rights.statement("iam:PassRole").path("Condition"))
        .hasToString("{\"StringEquals\":{\"iam:PassedToService\":\"ecs-tasks.amazonaws.com\"}}");
    assertThat(rights.statement("ecs:TagResource").path("Condition"))
        .hasToString("{\"StringEquals\":{\"ecs:CreateAction\":\"RegisterTaskDefinition\"}}");
    assertThat(rights.statements())
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .containsExactly("[\"ecs:DescribeTaskDefinition\",\"ecs:RegisterTaskDefinition\"]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Job.class,
      names = {"RETRY"},
      mode = EnumSource.Mode.EXCLUDE)
  void nobodyElseChangesServices(Job job) {
    assertThat(Synthesized.with(Map.of("ecs", "all")).rights(job).actions())
        .doesNotContain("ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole");
  }

  @Test
  void onlyTheRepositoriesOfThisAccountAndRegionAreRead() {
    assertThat(stack.rights(Job.RETRY).resources("codecommit:GetFile"))
        .singleElement()
        .asString()
        .contains(":codecommit:", "AWS::Region", "AWS::AccountId")
        .endsWith(":*\"]]}");
  }

  @Test
  void onlyTheLogsOfBuildsAreRead() {
    Synthesized elsewhere =
        Synthesized.with(Map.of("buildLogGroups", "/aws/codebuild/*, /teams/*/builds"));

    assertThat(elsewhere.rights(Job.DIAGNOSE).resources("logs:GetLogEvents"))
        .satisfiesExactly(
            usual -> assertThat(usual).contains(":log-group:/aws/codebuild/*:*"),
            own -> assertThat(own).contains(":log-group:/teams/*/builds:*"));
  }

  @Test
  void peopleMayGiveTheirRolesTheRightToPullFromTheMirror() {
    assertThat(stack.all("AWS::IAM::ManagedPolicy"))
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
