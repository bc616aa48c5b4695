package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the functions may touch: nothing beside what the operator named. */
class ReachTest {
  private static final Synthesized STACK = Synthesized.withLoginAndBuckets();

  @ParameterizedTest
  @EnumSource(Job.class)
  void noRightIsForEverythingButWhereTheActionKnowsNoResource(Job job) {
    assertThat(STACK.rights(job).statements())
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
  void whatTheMirrorHoldsIsReadBelowThePrefixesOnlyButForTheNamesOfRepositories() {
    Synthesized hubOnly = Synthesized.with(Map.of("upstreams", "docker.io", "refreshHours", 1));
    Rights rights = hubOnly.rights(Job.REFRESH);

    for (String action : List.of("ecr:DescribeImages", "ecr:ListTagsForResource")) {
      assertThat(rights.resources(action))
          .singleElement()
          .asString()
          .contains(":repository/docker-hub/*");
    }
    assertThat(rights.resources("ecr:DescribeRepositories"))
        .singleElement()
        .asString()
        .contains(":repository/*");
  }

  @Test
  void onlyTheConfiguredSecretIsRead() {
    assertThat(STACK.rights(Job.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .singleElement()
        .asString()
        .contains(":secret:hub/login-??????");
  }

  @Test
  void onlyTheSecretsOfWorkloadsThatAreNamedAreRead() {
    String elsewhere = "arn:aws:secretsmanager:us-east-1:999999999999:secret:shop-*";
    Synthesized named = Synthesized.with(Map.of("workloadSecrets", "team-*/hub," + elsewhere));

    assertThat(named.rights(Job.REPLICATE).resources("secretsmanager:GetSecretValue"))
        .satisfiesExactly(
            team -> assertThat(team).contains(":secret:team-*/hub-??????"),
            shop -> assertThat(shop).contains(elsewhere));
    assertThat(named.rights(Job.RESCUE).actions()).doesNotContain("secretsmanager:GetSecretValue");
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
    assertThat(STACK.rights(Job.RETRY).resources("s3:GetObjectVersion"))
        .satisfiesExactly(
            one -> assertThat(one).endsWith(":s3:::sources/*\"]]}"),
            teams -> assertThat(teams).endsWith(":s3:::teams-*/*\"]]}"));
  }

  @Test
  void onlyTheBucketsOfLogsThatAreNamedAreRead() {
    assertThat(STACK.rights(Job.DIAGNOSE).resources("s3:GetObject"))
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

  @Test
  void onlyTheRepositoriesOfThisAccountAndRegionAreRead() {
    assertThat(STACK.rights(Job.RETRY).resources("codecommit:GetFile"))
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
}
