package io.pullrescue.lambda;

import io.pullrescue.aws.AllowedSecrets;
import io.pullrescue.aws.AwsLogins;
import io.pullrescue.aws.EcrLogin;
import io.pullrescue.aws.EcrMirrorRepositories;
import io.pullrescue.aws.ParameterLogins;
import io.pullrescue.aws.SecretLogins;
import io.pullrescue.registry.HttpRegistries;
import io.pullrescue.registry.NativeCryptography;
import io.pullrescue.registry.Network;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Replicator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/** Puts the parts together that copy images. */
record CopyWiring(Settings settings, SdkHttpClient http) {
  /** More hide no more waiting: measured against a registry 20 ms away. */
  private static final int BLOBS_AT_ONCE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(CopyWiring.class);

  TimedCopier copier(EcrClient ecr, Meter meter) {
    LOG.info(NativeCryptography.install());
    var mirror = settings.mirror();
    var provider =
        SecretsProvider.builder()
            .withClient(SecretsManagerClient.builder().httpClient(http).build())
            .build();
    var secrets = new SecretLogins(provider);
    return new TimedCopier(
        new CopyToOrder(
            replicator(ecr, meter, secrets),
            settings.platforms(),
            new AllowedSecrets(
                settings.workloadSecrets(), mirror.region(), mirror.account(), secrets)));
  }

  private Replicator replicator(EcrClient ecr, Meter meter, SecretLogins secrets) {
    var mirror = settings.mirror();
    return new Replicator(
        mirror,
        new MeteredRegistries(
            new HttpRegistries(Network.guarded(mirror.registry()), 2 * BLOBS_AT_ONCE), meter),
        new EcrMirrorRepositories(
            ecr,
            mirror.account(),
            mirror.region(),
            settings.sharing(),
            settings.archiveAfterDays()),
        new AwsLogins(
            mirror.registry(),
            new EcrLogin(ecr),
            settings.credentials(),
            secrets,
            new ParameterLogins(() -> SsmClient.builder().httpClient(http).build())),
        new Limits(BLOBS_AT_ONCE, settings.maximumImageBytes()));
  }
}
