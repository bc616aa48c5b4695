package io.pullrescue.lambda;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.FunctionConfig;
import io.pullrescue.credentials.AwsRegistryCredentialsProvider;
import io.pullrescue.credentials.ParameterStoreCredentials;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.ecr.EcrCredentials;
import io.pullrescue.ecr.EcrMirrorRepositoryManager;
import io.pullrescue.event.publish.Meter;
import io.pullrescue.registry.HttpRegistryClient;
import io.pullrescue.registry.http.CorrettoCryptoInstaller;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ImageReplicator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/** Puts the parts together that copy images. */
record ReplicationModule(FunctionConfig config, SdkHttpClient httpClient) {
  /** More hide no more waiting: measured against a registry 20 ms away. */
  private static final int MAX_CONCURRENT_BLOBS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ReplicationModule.class);

  DeadlineCopyJobRunner copyJobRunner(EcrClient ecr, Meter meter) {
    LOG.info(CorrettoCryptoInstaller.install());
    var mirror = config.mirror();
    var secretsProvider =
        SecretsProvider.builder()
            .withClient(SecretsManagerClient.builder().httpClient(httpClient).build())
            .build();
    var secretsManagerCredentials = new SecretsManagerCredentials(secretsProvider);
    return new DeadlineCopyJobRunner(
        new CopyJobRunner(
            replicator(ecr, meter, secretsManagerCredentials),
            config.platforms(),
            new WorkloadPullSecrets(
                config.workloadPullSecrets(),
                mirror.region(),
                mirror.accountId(),
                secretsManagerCredentials)));
  }

  private ImageReplicator replicator(
      EcrClient ecr, Meter meter, SecretsManagerCredentials secretsManagerCredentials) {
    var mirror = config.mirror();
    return new ImageReplicator(
        mirror,
        new MetricsRegistryClient(
            new HttpRegistryClient(
                EndpointPolicy.publicOnly(mirror.registry()), 2 * MAX_CONCURRENT_BLOBS),
            meter),
        new EcrMirrorRepositoryManager(
            ecr,
            mirror.accountId(),
            mirror.region(),
            config.crossAccountAccess(),
            config.archiveAfterDays()),
        new AwsRegistryCredentialsProvider(
            mirror.registry(),
            new EcrCredentials(ecr),
            config.credentials(),
            secretsManagerCredentials,
            new ParameterStoreCredentials(
                () -> SsmClient.builder().httpClient(httpClient).build())),
        new CopyLimits(MAX_CONCURRENT_BLOBS, config.maxImageBytes()));
  }
}
