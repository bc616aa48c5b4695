package io.pullrescue.cli;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.CorrettoCryptoInstaller;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.CopyProgressListener;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.ReplicationResult;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies one image into a mirror, with the copy engine of the functions. */
@Command(
    name = "replicate",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the image is in the mirror",
      "1:the image cannot be copied",
      "2:the arguments are invalid",
      "75:the image cannot be copied now; the reason and when to try again are printed"
    },
    description =
        "Copies an image into a registry byte for byte, with the credentials of docker login.")
final class ReplicateCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Parameters(
      paramLabel = "IMAGE",
      description = "image to copy, such as ruby:2.7 or http://127.0.0.1:5000/app:1")
  private String image = "";

  @Parameters(
      paramLabel = "MIRROR",
      description = "registry to copy to: a host, or http://127.0.0.1:5001")
  private String mirror = "";

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "6",
      description = "concurrent blobs (${DEFAULT-VALUE})")
  private int maxConcurrentBlobs;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "time limit (${DEFAULT-VALUE})")
  private int timeoutMinutes;

  @Option(
      names = "--docker-config",
      paramLabel = "DIR",
      defaultValue = "${env:DOCKER_CONFIG:-${sys:user.home}/.docker}",
      description = "folder with Docker's config.json (${DEFAULT-VALUE})")
  private Path dockerConfig = Path.of("");

  @Option(
      names = "--platform",
      paramLabel = "PLATFORM",
      defaultValue = ALL,
      description = "all, or one such as linux/arm64, which has its own digest (${DEFAULT-VALUE})")
  private String platform = ALL;

  @Option(
      names = "--gigabytes",
      paramLabel = "N",
      defaultValue = "128",
      description = "largest image to copy, in GiB (${DEFAULT-VALUE})")
  private long maxImageSizeGiB;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = "",
      description = "begins the repository, such as pull-rescue, the mirror's own (none)")
  private String prefix = "";

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--dry-run",
      description =
          "report what would be copied; manifests are fetched, which counts against the rate limit")
  private boolean dryRun;

  @Option(names = "--progress", description = "draw a progress bar")
  private boolean progress;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CorrettoCryptoInstaller.install();
    var localEndpoints = new HashMap<String, URI>();
    var reference = ImageReference.of(registerIfLocal(image, localEndpoints));
    var registry = registerIfLocal(mirror, localEndpoints);
    var prefixes = new HashMap<>(MirrorNaming.DEFAULT_PREFIXES);
    prefixes.putIfAbsent(reference.registry(), reference.registry().replace(':', '-'));
    if (!prefix.isEmpty()) {
      prefixes.replaceAll((_, upstreamPrefix) -> prefix + "/" + upstreamPrefix);
    }
    try (var registryClient =
            new RegistryClient(
                EndpointPolicy.withLocalRegistries(localEndpoints),
                new RegistryClient.Options(
                    4 * maxConcurrentBlobs, dryRun, (host, rateLimit) -> {}));
        var progressBar = progress ? new ProgressBarListener() : null) {
      var listener = progressBar == null ? CopyProgressListener.NONE : progressBar;
      var result =
          replicate(registryClient, new MirrorNaming(registry, prefixes), reference, listener);
      return report(new ReplicationOutput(result, registryClient.requestCount(), dryRun));
    }
  }

  private ReplicationResult replicate(
      RegistryClient registryClient,
      MirrorNaming mirrorNaming,
      ImageReference reference,
      CopyProgressListener listener) {
    var deadline = Deadline.after(Duration.ofMinutes(timeoutMinutes), InstantSource.system());
    var credentialsProvider = new DockerConfigCredentials(dockerConfig);
    var replicator =
        new ImageReplicator(
            mirrorNaming,
            registryClient,
            repository ->
                isAbsent(
                    registryClient,
                    new ImageReference(mirrorNaming.registry(), repository, null, null),
                    credentialsProvider,
                    deadline),
            credentialsProvider,
            new CopyLimits(maxConcurrentBlobs, maxImageSizeGiB << 30),
            ByteBudget.UNLIMITED);
    var options =
        platform.equals(ALL) ? CopyOptions.DEFAULTS : CopyOptions.DEFAULTS.withPlatform(platform());
    return replicator.replicate(reference, options, deadline, listener);
  }

  /** Creates no repository: most registries create it with the first upload. */
  private static boolean isAbsent(
      RegistryClient registryClient,
      ImageReference mirrorReference,
      RegistryCredentialsProvider credentialsProvider,
      Deadline deadline) {
    var credentials =
        credentialsProvider.resolveCredentials(mirrorReference.registry()).orElse(null);
    return registryClient.destinationRepository(mirrorReference, credentials, deadline).isAbsent();
  }

  private Platform platform() {
    return Platform.parse(platform)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "--platform must be all or a platform such as linux/arm64, not '"
                    + platform
                    + "'"));
  }

  private int report(ReplicationOutput report) {
    var commandLine = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    if (json) {
      commandLine.getOut().println(report.json());
    } else {
      report.print(commandLine.getOut(), commandLine.getErr());
    }
    return report.exitCode();
  }

  /** Allows plain HTTP for registries on this machine only. */
  private static String registerIfLocal(String name, Map<String, URI> localEndpoints) {
    if (!name.startsWith("http://")) {
      return name;
    }
    var address = URI.create(name);
    if (!"127.0.0.1".equals(address.getHost()) && !"localhost".equals(address.getHost())) {
      throw new IllegalArgumentException(
          "http:// is only for registries on this machine, not '" + name + "'");
    }
    localEndpoints.put(address.getAuthority(), URI.create("http://" + address.getAuthority()));
    return name.substring("http://".length());
  }
}
