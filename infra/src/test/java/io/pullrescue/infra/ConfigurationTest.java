package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  @TempDir private Path folder;
  private Path jar;

  @BeforeEach
  void makeJar() throws IOException {
    jar = Files.createFile(folder.resolve("functions.jar"));
  }

  @Test
  void anOperatorWhoSetsNothingGetsRescuesFromEveryKnownUpstream() {
    Configuration configuration = read(Map.of());

    assertThat(configuration.mode()).isEqualTo(Mode.RESCUE);
    assertThat(configuration.copying().upstreams()).containsExactly(Upstream.values());
    assertThat(configuration.copying().deniedImages()).isEmpty();
    assertThat(configuration.sharing()).isEqualTo(new Sharing(List.of(), ""));
    assertThat(configuration.copying().credentials()).isEmpty();
    assertThat(configuration.retrying().maximumAttempts()).isEqualTo(3);
    assertThat(configuration.retrying().maximumRetriesPerHour()).isEqualTo(20);
    assertThat(configuration.retrying().projectChanges()).isEqualTo(ProjectChanges.OFF);
    assertThat(configuration.retrying().ecs()).isEqualTo(WorkloadChanges.REPORT);
    assertThat(configuration.retrying().batch()).isEqualTo(WorkloadChanges.REPORT);
    assertThat(configuration.copying().maximumReplications()).isEqualTo(10);
    assertThat(configuration.buildAccess().logGroups()).containsExactly("/aws/codebuild/*");
    assertThat(configuration.buildAccess().logBuckets()).isEmpty();
    assertThat(configuration.buildAccess().probeBuilds()).isTrue();
    assertThat(configuration.retrying().rescueCommands()).isEqualTo(RescueCommands.MIRROR);
    assertThat(configuration.buildAccess().sourceBuckets()).isEmpty();
    assertThat(configuration.copying().workloadSecrets()).isEmpty();
    assertThat(configuration.copying().platforms()).isEqualTo(Platforms.ALL);
    assertThat(configuration.copying().maximumImageGigabytes()).isEqualTo(128);
    assertThat(configuration.copying().archiveAfterDays()).isEqualTo(90);
    assertThat(configuration.copying().isRefreshed()).isFalse();
    assertThat(configuration.operation())
        .isEqualTo(new Operation("", false, "", LogRetention.MONTH, false));
    assertThat(configuration.vpc().isGiven()).isFalse();
    assertThat(configuration.functionsJar()).isEqualTo(jar);
  }

  @Test
  void settingsMayComeAsTextOrAsNumbers() {
    assertThat(read(Map.of("maximumAttempts", "5")).retrying().maximumAttempts()).isEqualTo(5);
    assertThat(read(Map.of("maximumAttempts", 5)).retrying().maximumAttempts()).isEqualTo(5);
  }

  @Test
  void aListIsReadForgivingly() {
    assertThat(read(Map.of("upstreams", " quay.io, ghcr.io ,,quay.io")).copying().upstreams())
        .containsExactly(Upstream.QUAY, Upstream.GITHUB);
  }

  @Test
  void whoElseMayPullAndWhatIsDeniedReachesTheFunctions() {
    Configuration configuration =
        read(
            Map.of(
                "deniedImages", List.of("docker.io/acme/*", "*/secret"),
                "pullAccounts", "111111111111,222222222222",
                "pullOrganization", "o-a1b2c3d4e5"));

    assertThat(configuration.copying().deniedImagesSetting())
        .isEqualTo("docker.io/acme/*,*/secret");
    assertThat(configuration.sharing().accountsSetting()).isEqualTo("111111111111,222222222222");
    assertThat(configuration.sharing().organization()).isEqualTo("o-a1b2c3d4e5");
  }

  @Test
  void aSecretIsGivenByNameOrByArn() {
    String arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ghcr-AbCdEf";

    Configuration configuration = read(Map.of("credentials", "docker.io=teams/hub,ghcr.io=" + arn));

    assertThat(configuration.copying().credentials())
        .isEqualTo(
            Map.of(Upstream.DOCKER_HUB, new Secret("teams/hub"), Upstream.GITHUB, new Secret(arn)));
    assertThat(configuration.copying().credentialsSetting())
        .isEqualTo("docker.io=teams/hub,ghcr.io=" + arn);
  }

  @Test
  void whatTheCdkKeepsInTheContextIsNoSetting() {
    Map<String, Object> ofTheCdk =
        Map.of("aws:cdk:enable-path-metadata", true, "@aws-cdk/core:target-partitions", List.of());

    assertThat(read(ofTheCdk).mode()).isEqualTo(Mode.RESCUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode            | watch                    | setting mode: 'watch' is none of observe, replicate, rescue
          platforms       | linux/amd64              | setting platforms: 'linux/amd64' is none of all, needed
          modus           | rescue                   | setting modus: there is no such setting; there are [archiveAfterDays,
          maximumAttempts | many                     | setting maximumAttempts: 'many' is no whole number from 1 to 10
          maximumAttempts | 0                        | is no whole number from 1 to 10
          maximumAttempts | 11                       | is no whole number from 1 to 10
          maximumReplications | 1                    | is no whole number from 2 to 1000
          upstreams       | docker.io,evil.example   | setting upstreams: 'evil.example' is no known upstream; there are [docker.io,
          upstreams       | ,                        | setting upstreams: at least one registry is needed
          credentials     | docker.io                | setting credentials: 'docker.io' is not of the form key=value
          credentials     | =hub                     | is not of the form key=value
          credentials     | docker.io=               | is not of the form key=value
          credentials     | docker.io=a,docker.io=b  | setting credentials: 'docker.io' is there twice
          credentials     | nowhere.example=hub      | setting credentials: 'nowhere.example' is no known upstream
          credentials     | docker.io=ssm:/one       | is neither a secret's name nor its ARN nor ssm:/user,/password
          credentials     | docker.io=hub login      | setting credentials: 'hub login' is neither a secret's name nor its ARN
          credentials     | docker.io=arn:aws:s3:::b | is neither a secret's name nor its ARN
          buildLogGroups  | /a b                     | setting buildLogGroups: '/a b' is no log group name
          projectChanges  | yes                      | setting projectChanges: 'yes' is none of off, until-green, kept
          ecs             | on                       | setting ecs: 'on' is none of report, tagged, all
          batch           | on                       | setting batch: 'on' is none of report, tagged, all
          maximumRetriesPerHour | 0                  | is no whole number from 1 to 999
          probeBuilds     | yes                      | setting probeBuilds: 'yes' is neither on nor off
          rescueCommands  | none                     | setting rescueCommands: 'none' is none of mirror, tags, login
          rescueCommands  | login                    | setting rescueCommands: login needs credentials of docker.io
          sourceBuckets   | sources/shop             | setting sourceBuckets: 'sources/shop' is no bucket name, nor one with wildcards
          workloadSecrets | hub login                | setting workloadSecrets: 'hub login' is no secret's name or ARN, nor one with wildcards
          workloadSecrets | *                        | setting workloadSecrets: '*' is no secret's name
          workloadSecrets | arn:aws:secretsmanager:* | setting workloadSecrets: 'arn:aws:secretsmanager:*' is no secret's name
          buildLogBuckets | Logs                     | setting buildLogBuckets: 'Logs' is no bucket name, nor one with wildcards
          notificationEmail | builds               | setting notificationEmail: 'builds' is no e-mail address
          encryptionKey   | alias/mine             | setting encryptionKey: 'alias/mine' is no ARN of a KMS key
          logRetentionDays | 31                    | setting logRetentionDays: '31' is none of [7, 14, 30, 90, 180, 365]
          deniedImages    | ruby                   | setting deniedImages: 'ruby' is no image with its registry, such as docker.io/library/ruby
          deniedImages    | docker.io/Acme         | setting deniedImages: 'docker.io/Acme' is no image with its registry
          pullAccounts    | 12345                  | setting pullAccounts: '12345' is no account id, which has twelve digits
          pullOrganization | acme                  | setting pullOrganization: 'acme' is no id of an organization, such as o-a1b2c3d4e5
          vpcSubnets      | subnet-12              | setting vpcSubnets: 'subnet-12' is no id of a subnet, such as subnet-0a1b2c3d4e5f67890
          vpcSubnets      | vpc-1a2b3c4d           | setting vpcSubnets: 'vpc-1a2b3c4d' is no id of a subnet
          vpcSubnets      | subnet-1a2b3c4d        | setting vpcSubnets: vpcSecurityGroups is needed as well
          vpcSecurityGroups | default              | setting vpcSecurityGroups: 'default' is no id of a security group, such as sg-0a1b2c3d4e5f67890
          vpcSecurityGroups | sg-1a2b3c4d          | setting vpcSecurityGroups: vpcSubnets is needed as well
          functionsJar    | /nowhere/functions.jar   | setting functionsJar: there is no file /nowhere/functions.jar; build it
          """)
  void aWrongSettingStopsTheDeploymentAndSaysWhatIsRight(String name, String value, String says) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(SettingRefused.class)
        .hasMessageContaining(says);
  }

  @Test
  void credentialsForAnUpstreamThatIsNotAllowedAreAMistake() {
    assertThatThrownBy(() -> read(Map.of("upstreams", "quay.io", "credentials", "docker.io=hub")))
        .hasMessageEndingWith("setting credentials: docker.io is not among the upstreams");
  }

  private Configuration read(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent("functionsJar", jar.toString());
    return Configuration.from(Settings.in(all));
  }
}
