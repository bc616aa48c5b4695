package io.pullrescue.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.Mode;
import io.pullrescue.config.PullRescueConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import software.amazon.awscdk.services.logs.RetentionDays;

class ConfigLoaderTest {
  @TempDir private Path folder;
  private Path jar;
  private Path file;

  @BeforeEach
  void createFiles() throws IOException {
    jar = Files.createFile(folder.resolve("functions.jar"));
    file = folder.resolve("pull-rescue.yaml");
  }

  @Test
  void usesDefaultsForSettingsThatAreNotSet() {
    assertThat(load(Map.of()))
        .isEqualTo(
            new DeploymentConfig(
                PullRescueConfig.DEFAULTS,
                List.of("/aws/codebuild/*"),
                0,
                new OperationsConfig("", false, "", RetentionDays.ONE_MONTH, false, ""),
                new VpcConfig(List.of(), List.of()),
                jar));
  }

  @Test
  void readsEveryKindOfSettingFromTheFile() throws IOException {
    var config =
        loadFile(
            """
            # for the build account
            mode: replicate
            upstreams: [docker.io, ghcr.io]
            credentials:
              docker.io: docker-hub
              ghcr.io: ssm:/ghcr/user,/ghcr/password
            maxRetries: 2
            probeBuilds: false
            buildLogGroups:
              - /aws/codebuild/*
              - /teams/*
            sharedAccountIds: [012345678901]
            """);

    assertThat(config.functions().mode()).isEqualTo(Mode.REPLICATE);
    assertThat(config.functions().mirror().upstreams()).containsExactly("docker.io", "ghcr.io");
    assertThat(config.functions().credentials())
        .containsExactly(
            Map.entry("docker.io", "docker-hub"),
            Map.entry("ghcr.io", "ssm:/ghcr/user,/ghcr/password"));
    assertThat(config.functions().retry().maxRetries()).isEqualTo(2);
    assertThat(config.functions().retry().probeBuilds()).isFalse();
    assertThat(config.buildLogGroups()).containsExactly("/aws/codebuild/*", "/teams/*");
    assertThat(config.functions().replication().sharedAccountIds()).containsExactly("012345678901");
  }

  @Test
  void readsSettingsFromTheCommandLine() {
    var arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ghcr-AbCdEf";

    var functions =
        load(Map.of(
                "maxRetries", "5",
                "upstreams", " docker.io, ghcr.io, quay.io ,,quay.io",
                "credentials", "docker.io=teams/hub, quay.io=ssm:/u,/p,ghcr.io=" + arn))
            .functions();

    assertThat(functions.retry().maxRetries()).isEqualTo(5);
    assertThat(functions.mirror().upstreams()).containsExactly("docker.io", "ghcr.io", "quay.io");
    assertThat(functions.credentials())
        .containsExactly(
            Map.entry("docker.io", "teams/hub"),
            Map.entry("quay.io", "ssm:/u,/p"),
            Map.entry("ghcr.io", arn));
  }

  @Test
  void readsTypedValuesFromCdkJson() {
    var config =
        load(
            Map.of(
                "maxRetries",
                5,
                "snapStart",
                true,
                "deniedImages",
                List.of("docker.io/acme/*"),
                "credentials",
                Map.of("docker.io", "hub")));

    assertThat(config.functions().retry().maxRetries()).isEqualTo(5);
    assertThat(config.operations().snapStart()).isTrue();
    assertThat(config.functions().mirror().deniedImages()).containsExactly("docker.io/acme/*");
    assertThat(config.functions().credentials()).containsEntry("docker.io", "hub");
  }

  @Test
  void commandLineOverridesTheFile() throws IOException {
    Files.writeString(
        file, "mode: replicate\nmaxRetries: 2\nsharedAccountIds: [\"111111111111\"]\n");

    var functions =
        load(Map.of("config", file.toString(), "mode", "observe", "sharedAccountIds", ""))
            .functions();

    assertThat(functions.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(functions.retry().maxRetries()).isEqualTo(2);
    assertThat(functions.replication().sharedAccountIds()).isEmpty();
  }

  @Test
  void emptyFileSetsNothing() throws IOException {
    assertThat(loadFile("# nothing yet\n")).isEqualTo(load(Map.of()));
  }

  @Test
  void ignoresContextOfTheCdk() {
    Map<String, Object> context =
        Map.of("aws:cdk:enable-path-metadata", true, "@aws-cdk/core:target-partitions", List.of());

    assertThat(load(context)).isEqualTo(load(Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode                 | watch              | 'watch' is not one of observe, replicate, rescue
          mode                 | resuce             | 'resuce' is not one of observe, replicate, rescue; did you mean rescue?
          platforms            | linux/amd64        | 'linux/amd64' is not one of all, needed
          imageSubstitution    | tags               | 'tags' is not one of mirror, tag, login; did you mean tag?
          imageSubstitution    | login              | login needs credentials of docker.io
          projectUpdates       | kept               | 'kept' is not one of off, until-success, permanent
          projects             | off                | 'off' is not one of all, tagged
          passRoles            | role:admin         | 'role:admin' is not the name or ARN of an IAM role, such as service-role/ecs/*
          permissionsBoundary  | arn:aws:iam::1:policy/x | 'arn:aws:iam::1:policy/x' is not the name or ARN of an IAM policy, such as arn:
          permissionsBoundary  | team-*             | 'team-*' is not the name or ARN of an IAM policy
          ecsRetry             | report             | 'report' is not one of off, tagged, all
          batchRetry           | on                 | 'on' is not one of off, tagged, all
          maxRetries           | many               | 'many' is not a whole number from 1 to 10
          maxRetries           | 0                  | '0' is not a whole number from 1 to 10
          maxRetries           | 11                 | '11' is not a whole number from 1 to 10
          maxRetriesPerHour    | 0                  | '0' is not a whole number from 1 to 999
          maxFailureAgeMinutes | 1                  | '1' is not a whole number from 5 to 10080
          webhookGuards        | off                | 'off' is not one of skip, ignore
          maxConcurrentCopies  | 1                  | '1' is not a whole number from 2 to 1000
          maxGigabytesPerDay   | -1                 | '-1' is not a whole number from 0 to 999999
          maxRateLimitedRequestsPerTrigger | 0      | '0' is not a whole number from 1 to 9999
          maxImageSizeGiB      | 1.5                | '1.5' is not a whole number from 1 to 99999
          logRetentionDays     | 31                 | '31' is not one of 7, 14, 30, 90, 180, 365
          probeBuilds          | yes                | 'yes' is not a boolean; write true
          probeBuilds          | off                | 'off' is not a boolean; write false
          snapStart            | True               | 'True' is not a boolean; write true
          chatNotifications    | chat               | 'chat' is not a boolean; write true or false
          upstreams            | docker.io,docker.oi | 'docker.oi' is not a supported registry; did you mean docker.io?
          upstreams            | evil.example       | 'evil.example' is not a supported registry; supported are docker.io, public.ecr.aws,
          upstreams            | ,                  | at least one registry is needed; supported are docker.io,
          credentials          | docker.io          | 'docker.io' is not of the form key=value
          credentials          | =hub               | '=hub' is not of the form key=value
          credentials          | docker.io=         | 'docker.io=' is not of the form key=value
          credentials          | docker.io=a,docker.io=b | docker.io is set twice
          credentials          | nowhere.example=hub | 'nowhere.example' is not a supported registry
          credentials          | docker.io=ssm:/one | 'ssm:/one' is neither the name or ARN of a secret nor of the form ssm:/user,/password
          credentials          | docker.io=hub login | 'hub login' is neither the name or ARN of a secret
          credentials          | docker.io=arn:aws:s3:::b | 'arn:aws:s3:::b' is neither the name or ARN of a secret
          workloadPullSecrets  | hub login          | 'hub login' is not the name or ARN of a secret; * may stand for a part of the name
          workloadPullSecrets  | *                  | '*' is not the name or ARN of a secret
          workloadPullSecrets  | arn:aws:secretsmanager:* | 'arn:aws:secretsmanager:*' is not the name or ARN of a secret
          buildLogGroups       | /a b               | '/a b' is not the name of a log group, such as /aws/codebuild/*
          buildLogBuckets      | Logs               | 'Logs' is not the name of an S3 bucket; * may stand for a part
          sourceBuckets        | sources/shop       | 'sources/shop' is not the name of an S3 bucket
          deniedImages         | ruby               | 'ruby' is not an image with its registry, such as docker.io/library/ruby
          deniedImages         | docker.io/Acme     | 'docker.io/Acme' is not an image with its registry
          privateImages        | base               | 'base' is not an image with its registry, such as docker.io/library/ruby
          privateImages        | acme/base          | 'acme/base' begins with no supported registry; supported are docker.io, public.ecr.aws,
          deniedImages         | acme/*             | 'acme/*' begins with no supported registry
          privateImages        | docker.io          | 'docker.io' is not an image with its registry
          sharedAccountIds     | 12345              | '12345' is not an AWS account ID of 12 digits
          sharedOrganizationId | acme               | 'acme' is not the ID of an AWS organization, such as o-a1b2c3d4e5
          notificationEmail    | builds             | 'builds' is not an e-mail address
          kmsKeyArn            | alias/mine         | 'alias/mine' is not the ARN of a KMS key, such as arn:aws:kms:
          subnetIds            | subnet-12          | 'subnet-12' is not a subnet ID, such as subnet-0a1b2c3d4e5f67890
          subnetIds            | subnet-1a2b3c4d    | functions in a VPC need securityGroupIds as well
          securityGroupIds     | default            | 'default' is not a security group ID, such as sg-0a1b2c3d4e5f67890
          securityGroupIds     | sg-1a2b3c4d        | functions in a VPC need subnetIds as well
          functionsJar         | /nowhere/functions.jar | there is no file /nowhere/functions.jar; build it with mvn package
          modus                | rescue             | unknown setting
          maxRetrys            | 3                  | unknown setting; did you mean maxRetries?
          """)
  void rejectsWrongValue(String name, String value, String message) {
    assertThatThrownBy(() -> load(Map.of(name, value)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("\n  command line: %s: %s".formatted(name, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode: watch                            | :2: mode: 'watch' is not one of observe, replicate, rescue
          mode:                                  | :2: mode: there is no value; write one or delete the line
          mode: null                             | :2: mode: there is no value; write one or delete the line
          mode: [observe]                        | :2: mode: expected one value, found a list
          upstreams: {docker.io: x}              | :2: upstreams: expected a list, found a map
          credentials: [docker.io]               | :2: credentials: expected a map, found a list
          probeBuilds: no                        | :2: probeBuilds: 'no' is not a boolean; write false
          'mode: observe\\nmode: rescue'         | :3: mode: set twice, first on line 2
          'credentials:\\n  docker.io: [a, b]'   | :3: credentials: expected one value here, found a list or a map
          'credentials:\\n  docker.io:'          | :3: credentials: there is no value here
          'credentials:\\n  docker.io: a\\n  docker.io: b' | :4: credentials: docker.io is set twice
          'credentials:\\n  quay.io: a b'        | :3: credentials: 'a b' is neither the name or ARN
          'upstreams:\\n- docker.io\\n- nowhere' | :4: upstreams: 'nowhere' is not a supported registry
          'securityGroupIds: [sg-1a2b3c4d]\\nsubnetIds: [subnet-1]' | :3: subnetIds: 'subnet-1' is not a subnet ID
          maximumAttempts: 3                     | :2: maximumAttempts: unknown setting
          ecs: all                               | :2: ecs: unknown setting; did you mean ecsRetry?
          '[a, b]: rescue'                       | :2: the name of a setting must be one word
          - mode                                 | :2: expected lines of the form 'name: value'
          'mode: "observe'                       | :3: invalid YAML: found unexpected end of stream
          """)
  void namesTheLineOfAMistakeInTheFile(String text, String message) {
    assertThatThrownBy(() -> loadFile("# settings\n" + text.replace("\\n", "\n") + "\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .message()
        .startsWith("1 error in the settings:\n  " + file + message);
  }

  @Test
  void reportsAllMistakesInTheOrderOfTheirLines() {
    assertThatThrownBy(
            () -> {
              Files.writeString(
                  file,
                  """
                  maxRetrys: 3
                  mode: watch
                  upstreams:
                    - quay.io
                    - nowhere
                  credentials:
                    docker.io: hub
                  maxRetries: 100
                  """);
              load(
                  Map.of(
                      "config",
                      file.toString(),
                      "functionsJar",
                      "/nowhere.jar",
                      "platforms",
                      "some"));
            })
        .hasMessage(
            """
            7 errors in the settings:
              %1$s:1: maxRetrys: unknown setting; did you mean maxRetries?
              %1$s:2: mode: 'watch' is not one of observe, replicate, rescue
              %1$s:5: upstreams: 'nowhere' is not a supported registry; supported are docker.io, public.ecr.aws, ghcr.io, quay.io, registry.k8s.io, mcr.microsoft.com, gcr.io, registry.gitlab.com
              %1$s:7: credentials: docker.io is not in upstreams; add it there or delete its credentials
              %1$s:8: maxRetries: '100' is not a whole number from 1 to 10
              command line: functionsJar: there is no file /nowhere.jar; build it with mvn package
              command line: platforms: 'some' is not one of all, needed\
            """
                .formatted(file));
  }

  @Test
  void listsAllSettingsOnceIfAnUnknownNameIsLikeNone() {
    assertThatThrownBy(() -> load(Map.of("modus", "rescue", "region", "eu-west-1")))
        .message()
        .startsWith(
            """
            2 errors in the settings:
              command line: modus: unknown setting
              command line: region: unknown setting
            The settings are archiveAfterDays, batchRetry, buildLogBuckets, \
            """)
        .endsWith("upstreams, webhookGuards, workloadPullSecrets.");
  }

  @Test
  void rejectsFileThatCannotBeRead() throws IOException {
    assertThatThrownBy(() -> load(Map.of("config", "/nowhere/settings.yaml")))
        .hasMessage("1 error in the settings:\n  /nowhere/settings.yaml: there is no such file");
    assertThatThrownBy(() -> load(Map.of("config", folder.toString())))
        .hasMessageContaining(folder + ": the file cannot be read: ");
    Files.write(file, "mode: r\u00e9scue".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> load(Map.of("config", file.toString())))
        .hasMessageEndingWith(file + ": the file is not UTF-8 text");
  }

  private DeploymentConfig loadFile(String text) throws IOException {
    Files.writeString(file, text);
    return load(Map.of("config", file.toString()));
  }

  private DeploymentConfig load(Map<String, Object> settings) {
    var context = new HashMap<>(settings);
    context.putIfAbsent("functionsJar", jar.toString());
    return ConfigLoader.load(context);
  }
}
