package io.pullrescue.command;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.DockerConfigLogins;
import io.pullrescue.registry.HttpRegistries;
import io.pullrescue.registry.NativeCryptography;
import io.pullrescue.registry.Network;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Logins;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replicator;
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
  private int jobs;

  @Option(names = "--minutes", defaultValue = "60", description = "time limit (${DEFAULT-VALUE})")
  private int minutes;

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
  private long gigabytes;

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
    NativeCryptography.install();
    var local = new HashMap<String, URI>();
    var reference = ImageReference.of(named(image, local));
    var registry = named(mirror, local);
    var prefixes = new HashMap<>(Mirror.CUSTOMARY_PREFIXES);
    prefixes.putIfAbsent(reference.registry(), reference.registry().replace(':', '-'));
    try (var registries = new HttpRegistries(Network.local(local), 4 * jobs);
        var bar = TerminalProgress.shown(progress)) {
      var replication = replicate(registries, new Mirror(registry, prefixes), reference, bar);
      return report(new ReplicationReport(replication, registries.requests(), dryRun));
    }
  }

  private Replication replicate(
      HttpRegistries registries, Mirror into, ImageReference reference, Progress watcher) {
    var deadline = Deadline.in(Duration.ofMinutes(minutes), InstantSource.system());
    var logins = new DockerConfigLogins(dockerConfig);
    var replicator =
        new Replicator(
            into,
            dryRun ? new DryRun(registries) : registries,
            repository ->
                isNew(
                    registries,
                    new ImageReference(into.registry(), repository, null, null),
                    logins,
                    deadline),
            logins,
            new Limits(jobs, gigabytes << 30));
    var platforms = platform.equals(ALL) ? replicator : replicator.only(platform());
    return platforms.replicate(reference, deadline, watcher);
  }

  /** No repository is made here: most registries make them with the first upload. */
  private static boolean isNew(
      HttpRegistries registries, ImageReference copy, Logins logins, Deadline deadline) {
    var login = logins.at(copy.registry()).orElse(null);
    return registries.mirror(copy, login, deadline).isMissing();
  }

  private Platform platform() {
    return Platform.parse(platform)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "--platform must be all or a platform such as linux/arm64, not '"
                    + platform
                    + "'"));
  }

  private int report(ReplicationReport report) {
    if (json) {
      System.out.println(report.json());
    } else {
      report.print(System.out, System.err);
    }
    return report.status();
  }

  /** Plain HTTP is for this machine alone, and has to be asked for. */
  private static String named(String text, Map<String, URI> local) {
    if (!text.startsWith("http://")) {
      return text;
    }
    var address = URI.create(text);
    if (!"127.0.0.1".equals(address.getHost()) && !"localhost".equals(address.getHost())) {
      throw new IllegalArgumentException(
          "http:// is only for registries on this machine, not '" + text + "'");
    }
    local.put(address.getAuthority(), URI.create("http://" + address.getAuthority()));
    return text.substring("http://".length());
  }
}
