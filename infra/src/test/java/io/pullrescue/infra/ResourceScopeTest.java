package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.infra.function.FunctionSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that permissions are limited to what the operator configured. */
class ResourceScopeTest {
  private static final SynthesizedStack STACK = SynthesizedStack.withCredentialsAndBuckets();

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void wildcardResourcesAreForUnscopableActionsOnly(FunctionSpec function) {
    assertThat(STACK.permissions(function).statements())
        .allSatisfy(statement -> {
          assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
          assertThat(statement.path("Action").toString()).doesNotContain("*");
        })
        .filteredOn(statement -> statement.path("Resource").asText().equals("*"))
        .extracting(statement -> statement.path("Action").toString())
        .isSubsetOf(
            "\"cloudwatch:GetMetricStatistics\"",
            "\"ecr:DescribePullThroughCacheRules\"",
            "\"ecr:GetAuthorizationToken\"",
            "[\"batch:DescribeJobs\",\"ecs:DescribeTaskDefinition\"]");
  }

  @Test
  void pushesAreLimitedToUpstreamPrefixes() {
    var hubOnly = SynthesizedStack.with(Map.of("upstreams", "docker.io,quay.io"));

    assertThat(hubOnly.permissions(FunctionSpec.REPLICATE).resources("ecr:PutImage"))
        .hasSize(2)
        .satisfiesExactly(
            hub -> assertThat(hub).contains(":repository/pull-rescue/docker-hub/*"),
            quay -> assertThat(quay).contains(":repository/pull-rescue/quay/*"));
  }

  @Test
  void repositoriesKeepTheirNamesWithoutPrefix() {
    var none = SynthesizedStack.with(Map.of("upstreams", "docker.io", "mirrorPrefix", "none"));

    assertThat(none.permissions(FunctionSpec.REPLICATE).resources("ecr:PutImage"))
        .singleElement()
        .asString()
        .contains(":repository/docker-hub/*");
  }

  @Test
  void mirrorReadPermissionsAreLimitedToPrefixes() {
    var hubOnly =
        SynthesizedStack.with(Map.of("upstreams", "docker.io", "refreshIntervalHours", 1));
    var permissions = hubOnly.permissions(FunctionSpec.REFRESH);

    for (var action : List.of("ecr:DescribeImages", "ecr:ListTagsForResource")) {
      assertThat(permissions.resources(action))
          .singleElement()
          .asString()
          .contains(":repository/pull-rescue/docker-hub/*");
    }
    assertThat(permissions.resources("ecr:DescribeRepositories"))
        .singleElement()
        .asString()
        .contains(":repository/*");
  }

  @Test
  void secretsAreLimitedToConfiguredCredentials() {
    assertThat(STACK.permissions(FunctionSpec.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .singleElement()
        .asString()
        .contains(":secret:hub/login-??????");
  }

  @Test
  void workloadSecretsAreLimitedToConfiguredNames() {
    var elsewhere = "arn:aws:secretsmanager:us-east-1:999999999999:secret:shop-*";
    var named = SynthesizedStack.with(Map.of("workloadPullSecrets", "team-*/hub," + elsewhere));

    assertThat(named.permissions(FunctionSpec.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .satisfiesExactly(
            team -> assertThat(team).contains(":secret:team-*/hub-??????"),
            shop -> assertThat(shop).contains(elsewhere));
    assertThat(named.permissions(FunctionSpec.MANUAL).actions())
        .doesNotContain("secretsmanager:GetSecretValue");
  }

  @Test
  void parametersAreLimitedToConfiguredCredentials() {
    var other =
        SynthesizedStack.with(
            Map.of("credentials", "docker.io=ssm:/hub/user,/hub/password,quay.io=q"));

    assertThat(other.permissions(FunctionSpec.REPLICATE).resources("ssm:GetParameters"))
        .hasSize(2)
        .anySatisfy(arn -> assertThat(arn.toString()).contains(":parameter/hub/user"))
        .anySatisfy(arn -> assertThat(arn.toString()).contains(":parameter/hub/password"));
    assertThat(other.permissions(FunctionSpec.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .hasSize(1);
  }

  @Test
  void noSecretIsReadableWithoutCredentials() {
    assertThat(SynthesizedStack.byDefault().permissions(FunctionSpec.REPLICATE).actions())
        .doesNotContain("secretsmanager:GetSecretValue");
  }

  @Test
  void sourcesAreLimitedToConfiguredBuckets() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).resources("s3:GetObjectVersion"))
        .satisfiesExactly(
            one -> assertThat(one).endsWith(":s3:::sources/*\"]]}"),
            teams -> assertThat(teams).endsWith(":s3:::teams-*/*\"]]}"));
  }

  @Test
  void logsAreLimitedToConfiguredBuckets() {
    assertThat(STACK.permissions(FunctionSpec.DIAGNOSE).resources("s3:GetObject"))
        .singleElement()
        .asString()
        .endsWith(":s3:::logs-*/*\"]]}");
  }

  @ParameterizedTest
  @EnumSource(
      value = FunctionSpec.class,
      names = {"DIAGNOSE", "RETRY"})
  void noBucketIsReadableByDefault(FunctionSpec function) {
    assertThat(SynthesizedStack.byDefault().permissions(function).actions())
        .noneMatch(action -> action.startsWith("s3:"));
  }

  @Test
  void codeCommitIsLimitedToAccountAndRegion() {
    assertThat(STACK.permissions(FunctionSpec.RETRY).resources("codecommit:GetFile"))
        .singleElement()
        .asString()
        .contains(":codecommit:", "AWS::Region", "AWS::AccountId")
        .endsWith(":*\"]]}");
  }

  @Test
  void logsAreLimitedToConfiguredGroups() {
    var elsewhere =
        SynthesizedStack.with(Map.of("buildLogGroups", "/aws/codebuild/*, /teams/*/builds"));

    assertThat(elsewhere.permissions(FunctionSpec.DIAGNOSE).resources("logs:GetLogEvents"))
        .satisfiesExactly(
            usual -> assertThat(usual).contains(":log-group:/aws/codebuild/*:*"),
            own -> assertThat(own).contains(":log-group:/teams/*/builds:*"));
  }
}
