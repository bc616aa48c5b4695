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
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies one image into a mirror, with the engine of the functions and docker's logins. */
@Command(
    name = "replicate",
    mixinStandardHelpOptions = true,
    description = "Copies an image into a mirror: all platforms, same bytes, same digest.")
public final class ReplicateCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Parameters(
      paramLabel = "IMAGE",
      description = "such as ruby:2.7, or http://127.0.0.1:5000/app:1")
  private String image = "";

  @Parameters(
      paramLabel = "MIRROR",
      description = "the mirror's registry: a host, or http://127.0.0.1:5001")
  private String mirror = "";

  @Option(names = "--jobs", defaultValue = "6", description = "blobs at once (${DEFAULT-VALUE})")
  private int maxConcurrentBlobs;

  @Option(names = "--minutes", defaultValue = "60", description = "time limit (${DEFAULT-VALUE})")
  private int timeoutMinutes;

  @Option(
      names = "--docker-config",
      defaultValue = "${env:DOCKER_CONFIG:-${sys:user.home}/.docker}",
      description = "folder with the config.json of docker login")
  private Path dockerConfig = Path.of("");

  @Option(
      names = "--platform",
      defaultValue = ALL,
      description = "all, or one such as linux/arm64: under its own digest (${DEFAULT-VALUE})")
  private String platform = ALL;

  @Option(
      names = "--gigabytes",
      defaultValue = "128",
      description = "the largest image to copy (${DEFAULT-VALUE})")
  private long maxImageSizeGiB;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--dry-run",
      description = "say what would move; manifests are fetched, and count as pulls")
  private boolean dryRun;

  @Option(names = "--progress", description = "draw a bar while it works")
  private boolean progress;

  /** Ends the JVM with 0 where the image is in the mirror, 75 where it may be later, 1 else. */
  public static void main(String[] arguments) {
    // Standard output is for the result only; a failure is reported there as well.
    System.setProperty("log4j2.configurationFile", "classpath:io/pullrescue/cli/log4j2.json");
    System.exit(commandLine().execute(arguments));
  }

  /** Reports invalid arguments in one sentence; other exceptions keep their stack trace. */
  static CommandLine commandLine() {
    return new CommandLine(new ReplicateCommand())
        .setExecutionExceptionHandler((failure, command, arguments) -> {
          if (!(failure instanceof IllegalArgumentException)) {
            throw failure;
          }
          command.getErr().println(failure.getMessage() + "; see --help");
          return ExitCode.USAGE;
        });
  }

  @Override
  public Integer call() throws IOException {
    CorrettoCryptoInstaller.install();
    var localEndpoints = new HashMap<String, URI>();
    var reference = ImageReference.of(registerIfLocal(image, localEndpoints));
    var registry = registerIfLocal(mirror, localEndpoints);
    var prefixes = new HashMap<>(MirrorNaming.DEFAULT_PREFIXES);
    prefixes.putIfAbsent(reference.registry(), reference.registry().replace(':', '-'));
    try (var registryClient =
            new RegistryClient(
                EndpointPolicy.withLocalRegistries(localEndpoints),
                new RegistryClient.Options(
                    4 * maxConcurrentBlobs, dryRun, (host, rateLimit) -> {}));
        var progressBar = ProgressBarListener.create(progress)) {
      var result =
          replicate(registryClient, new MirrorNaming(registry, prefixes), reference, progressBar);
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
            new CopyLimits(maxConcurrentBlobs, maxImageSizeGiB << 30));
    var options =
        platform.equals(ALL) ? CopyOptions.DEFAULTS : CopyOptions.DEFAULTS.withPlatform(platform());
    return replicator.replicate(reference, options, deadline, listener);
  }

  /** No repository is made here: most registries make them with the first upload. */
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
    if (json) {
      System.out.println(report.json());
    } else {
      report.print(System.out, System.err);
    }
    return report.exitCode();
  }

  /** Plain HTTP is for this machine alone, and has to be asked for. */
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
