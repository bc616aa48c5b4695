package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.UpstreamRegistries;
import io.pullrescue.infra.function.FunctionSpec;
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
import org.junit.jupiter.params.provider.ValueSource;

class LambdaPermissionsTest {
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
          "cloudwatch:GetMetricStatistics",
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:CreateRepository",
          "ecr:DescribeImages",
          "ecr:DescribePullThroughCacheRules",
          "ecr:DescribeRepositories",
          "ecr:GetAuthorizationToken",
          "ecr:GetDownloadUrlForLayer",
          "ecr:GetRepositoryPolicy",
          "ecr:InitiateLayerUpload",
          "ecr:ListTagsForResource",
          "ecr:PutImage",
          "ecr:PutLifecyclePolicy",
          "ecr:SetRepositoryPolicy",
          "ecr:TagResource",
          "ecr:UploadLayerPart",
          "secretsmanager:GetSecretValue");

  private static final SynthesizedStack STACK = SynthesizedStack.withCredentialsAndBuckets();

  static Stream<Arguments> actions() {
    return Stream.of(
        Arguments.of(
            FunctionSpec.DIAGNOSE,
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
            FunctionSpec.REPLICATE,
            all(List.of(LOG, RECEIVE, COPY, Set.of("events:PutEvents", "sqs:SendMessage")))),
        Arguments.of(
            FunctionSpec.RETRY,
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
                        "ecr:ListTagsForResource",
                        "events:PutEvents",
                        "iam:SimulatePrincipalPolicy",
                        "logs:GetLogEvents",
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        "sqs:SendMessage")))),
        Arguments.of(
            FunctionSpec.MANUAL,
            all(List.of(LOG, COPY, Set.of("events:PutEvents", "sqs:SendMessage")))),
        Arguments.of(
            FunctionSpec.REFRESH,
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
  @MethodSource("actions")
  void functionsMayCallOnlyWhatTheyNeed(FunctionSpec function, Set<String> actions) {
    assertThat(STACK.permissions(function).actions()).containsExactlyInAnyOrderElementsOf(actions);
  }

  @ParameterizedTest
  @EnumSource(
      value = FunctionSpec.class,
      names = {"REPLICATE", "MANUAL"})
  void functionsWithInternetAccessCannotStartBuilds(FunctionSpec function) {
    assertThat(STACK.permissions(function).actions())
        .noneMatch(action -> action.startsWith("codebuild:"));
  }

  @Test
  void retryCannotWriteToTheMirror() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).actions())
        .contains("codebuild:StartBuild")
        .filteredOn(action -> action.startsWith("ecr:"))
        .containsExactly("ecr:DescribeImages", "ecr:ListTagsForResource");
  }

  @ParameterizedTest
  @EnumSource(
      value = FunctionSpec.class,
      names = {"REPLICATE", "MANUAL"})
  void onlyOwnRepositoriesAreFilledOrOpened(FunctionSpec function) {
    var permissions = STACK.permissions(function);

    assertThat(permissions.unconditionalActions())
        .filteredOn(action -> action.startsWith("ecr:"))
        .containsExactly(
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:DescribePullThroughCacheRules",
            "ecr:DescribeRepositories",
            "ecr:GetAuthorizationToken",
            "ecr:ListTagsForResource");
    assertThat(permissions.statement("ecr:PutImage").path("Condition"))
        .hasToString("{\"StringEquals\":{\"aws:ResourceTag/created-by\":\"pull-rescue\"}}");
    assertThat(permissions.statement("ecr:TagResource").path("Condition"))
        .isEqualTo(permissions.statement("ecr:CreateRepository").path("Condition"))
        .hasToString(
            "{\"StringEquals\":{\"aws:RequestTag/created-by\":\"pull-rescue\"},"
                + "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":\"created-by\"},"
                + "\"StringEqualsIfExists\":{\"aws:ResourceTag/created-by\":\"pull-rescue\"}}");
  }

  @Test
  void imagesAreImportedThroughNamedRulesOnly() {
    var permissions =
        SynthesizedStack.with(Map.of("pullThroughCachePrefixes", "hub,team/quay"))
            .permissions(FunctionSpec.REPLICATE);

    assertThat(permissions.resources("ecr:BatchImportUpstreamImage"))
        .satisfiesExactly(
            hub -> assertThat(hub).contains(":repository/hub/*"),
            quay -> assertThat(quay).contains(":repository/team/quay/*"));
  }

  @Test
  void rolesAreSimulatedUnlessSettingIsOff() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).resources("iam:SimulatePrincipalPolicy"))
        .singleElement()
        .asString()
        .endsWith(":role/*\"]]}");
    assertThat(
            SynthesizedStack.with(Map.of("checkRoles", "false"))
                .permissions(FunctionSpec.RETRY)
                .actions())
        .doesNotContain("iam:SimulatePrincipalPolicy");
  }

  @Test
  void keyIsUsedByEcrOnly() {
    var key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

    var statement =
        SynthesizedStack.with(Map.of("kmsKeyArn", key))
            .permissions(FunctionSpec.MANUAL)
            .statement("kms:CreateGrant");

    assertThat(statement.path("Action"))
        .hasToString("[\"kms:CreateGrant\",\"kms:DescribeKey\",\"kms:RetireGrant\"]");
    assertThat(statement.path("Resource").asText()).isEqualTo(key);
    assertThat(statement.path("Condition").toString()).contains("kms:ViaService", "ecr.");
  }

  @Test
  void readingMetricsNeedsTheSetting() {
    assertThat(
            SynthesizedStack.with(Map.of("maxGigabytesPerDay", 0))
                .permissions(FunctionSpec.REPLICATE)
                .actions())
        .doesNotContain("cloudwatch:GetMetricStatistics");
  }

  /** A retry request asks for what these two may request or do; nobody else sends one. */
  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void onlyReplicateAndRetrySendRetryRequests(FunctionSpec function) {
    var stack = SynthesizedStack.with(SynthesizedStack.EVERYTHING);

    assertThat(
            stack.permissions(function).resources("sqs:SendMessage").stream()
                .anyMatch(resource -> resource.contains("RetryRetries")))
        .isEqualTo(function == FunctionSpec.REPLICATE || function == FunctionSpec.RETRY);
  }

  @Test
  void projectUpdatesNeedTheSetting() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).actions())
        .doesNotContain("codebuild:UpdateProject");
    assertThat(
            SynthesizedStack.with(Map.of("projectUpdates", "until-success"))
                .permissions(FunctionSpec.RETRY)
                .actions())
        .contains("codebuild:UpdateProject");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild:StartBuild",
        "codebuild:RetryBuildBatch",
        "codebuild:UpdateProject",
        "codepipeline:RetryStageExecution",
        "codepipeline:GetPipelineState",
        "codecommit:GetFile"
      })
  void resourcesThatHaveOptedOutAreDenied(String action) {
    assertThat(conditionOf(Map.of("projectUpdates", "permanent"), action))
        .contains("\"StringNotEquals\":{\"aws:ResourceTag/pull-rescue\":\"off\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"codebuild:StartBuild", "codebuild:RetryBuildBatch", "codebuild:UpdateProject"})
  void untaggedProjectsAreDeniedInTaggedMode(String action) {
    assertThat(conditionOf(Map.of("projects", "tagged", "projectUpdates", "permanent"), action))
        .contains("\"StringEquals\":{\"aws:ResourceTag/pull-rescue\":\"on\"}");
  }

  @Test
  void projectUpdatesChangeEnvironmentAndSourceOnly() {
    assertThat(conditionOf(Map.of("projectUpdates", "permanent"), "codebuild:UpdateProject"))
        .contains("\"Null\":{\"aws:TagKeys\":\"true\",\"codebuild:artifacts\":\"true\"")
        .contains("\"codebuild:serviceRole\":\"true\"")
        .doesNotContain("codebuild:environment")
        .doesNotContain("codebuild:source\"");
  }

  /** See the permissions of UpdateProject in CodeBuild's user guide. */
  @Test
  void projectUpdatesMayPassConfiguredRolesToCodeBuildOnly() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).actions()).doesNotContain("iam:PassRole");
    var builders = Map.<String, Object>of("projectUpdates", "until-success", "passRoles", "ci/*");

    assertThat(conditionOf(builders, "iam:PassRole"))
        .isEqualTo("{\"StringEquals\":{\"iam:PassedToService\":\"codebuild.amazonaws.com\"}}");
    assertThat(
            SynthesizedStack.with(builders)
                .permissions(FunctionSpec.RETRY)
                .resources("iam:PassRole"))
        .singleElement()
        .asString()
        .endsWith(":role/ci/*\"]]}");
  }

  private static String conditionOf(Map<String, Object> settings, String action) {
    return SynthesizedStack.with(settings)
        .permissions(FunctionSpec.RETRY)
        .statement(action)
        .path("Condition")
        .toString();
  }

  @Test
  void diagnoseCannotStartBuildsOrAccessTheMirror() {
    assertThat(STACK.permissions(FunctionSpec.DIAGNOSE).actions())
        .doesNotContain("codebuild:StartBuild")
        .noneMatch(action -> action.startsWith("ecr:"))
        .noneMatch(action -> action.startsWith("secretsmanager:"));
  }

  @ParameterizedTest
  @EnumSource(value = FunctionSpec.class, mode = Mode.EXCLUDE, names = "REFRESH")
  void functionsPublishFromTheirOwnSourceOnly(FunctionSpec function) {
    var condition = STACK.permissions(function).statement("events:PutEvents").path("Condition");

    assertThat(condition.path("ForAllValues:StringEquals"))
        .hasToString("{\"events:source\":\"pull-rescue\"}");
    assertThat(condition.path("Null")).hasToString("{\"events:source\":\"false\"}");
  }

  @Test
  void managedPolicyAllowsPullingFromTheMirror() {
    assertThat(STACK.all("AWS::IAM::ManagedPolicy"))
        .singleElement()
        .satisfies(policy -> {
          var permissions = RolePermissions.in(policy);
          assertThat(permissions.actions())
              .containsExactly(
                  "ecr:BatchCheckLayerAvailability",
                  "ecr:BatchGetImage",
                  "ecr:GetAuthorizationToken",
                  "ecr:GetDownloadUrlForLayer");
          assertThat(permissions.resources("ecr:BatchGetImage"))
              .hasSize(UpstreamRegistries.DEFAULT_PREFIXES.size())
              .allMatch(resource -> resource.contains(":repository/"));
        });
  }

  private static Set<String> all(Collection<Set<String>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }
}
