package io.pullrescue.infra.function;

import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.infra.config.DeploymentConfig;
import io.pullrescue.infra.config.VpcConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * Holds what all functions have in common.
 *
 * @param config the settings, of which each function gets those that it reads
 * @param jar the code of all functions
 * @param logKey encrypts the logs; null for the encryption of CloudWatch Logs
 * @param logRetention how long logs are kept
 * @param snapStart whether functions start from a snapshot
 * @param vpc where the functions run
 */
public record FunctionProps(
    PullRescueConfig config,
    Path jar,
    @Nullable IKey logKey,
    RetentionDays logRetention,
    boolean snapStart,
    VpcConfig vpc) {
  /** Takes the properties from the configuration. */
  public static FunctionProps from(DeploymentConfig config, @Nullable IKey logKey) {
    return new FunctionProps(
        config.functions(),
        config.functionsJar(),
        logKey,
        config.operations().logRetention(),
        config.operations().snapStart(),
        config.vpc());
  }
}
