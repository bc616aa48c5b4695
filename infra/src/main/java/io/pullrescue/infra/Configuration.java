package io.pullrescue.infra;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator decides; all else is the same everywhere.
 *
 * @param mode how far a rescue may go by itself
 * @param upstreams the registries that images may come from
 * @param deniedImages what is not copied all the same, with wildcards
 * @param credentials the secret to log in with, per upstream
 * @param maximumAttempts how often one failed workload is run again, along its whole chain
 * @param maximumRetriesPerHour how many retries one project gets within an hour
 * @param projectChanges what may be done to projects whose builds take no overrides
 * @param ecs which services and tasks on Amazon ECS may start from the copy
 * @param batch which jobs on AWS Batch may be submitted again from the copy
 * @param maximumReplications how many images are copied at a time
 * @param buildLogGroups the log groups that builds write to, with wildcards
 * @param buildLogBuckets the buckets that builds write their logs to, with wildcards
 * @param probeBuilds whether a small build may print a buildspec that no API can read
 * @param sourceBuckets the buckets whose sources may be read, with wildcards
 * @param workloadSecrets the secrets that definitions of tasks and jobs may name for their images,
 *     with wildcards
 * @param platforms which platforms of an image are copied
 * @param maximumImageGigabytes the largest image that is copied
 * @param archiveAfterDays how long a copy that nobody pulls stays at hand; 0 for ever
 * @param sharing who else may pull from the mirror
 * @param operation how the installation itself is run
 * @param rescueCommands how a retried build comes to its copies
 * @param functionsJar the code of all functions
 */
record Configuration(
    Mode mode,
    List<Upstream> upstreams,
    List<String> deniedImages,
    Map<Upstream, Secret> credentials,
    int maximumAttempts,
    int maximumRetriesPerHour,
    ProjectChanges projectChanges,
    WorkloadChanges ecs,
    WorkloadChanges batch,
    int maximumReplications,
    List<String> buildLogGroups,
    List<String> buildLogBuckets,
    boolean probeBuilds,
    List<String> sourceBuckets,
    List<String> workloadSecrets,
    Platforms platforms,
    int maximumImageGigabytes,
    int archiveAfterDays,
    Sharing sharing,
    Operation operation,
    RescueCommands rescueCommands,
    Path functionsJar) {
  private static final Set<String> NAMES =
      Set.of(
          "mode",
          "upstreams",
          "deniedImages",
          "credentials",
          "maximumAttempts",
          "maximumRetriesPerHour",
          "projectChanges",
          "ecs",
          "batch",
          "maximumReplications",
          "buildLogGroups",
          "buildLogBuckets",
          "probeBuilds",
          "sourceBuckets",
          "workloadSecrets",
          "platforms",
          "maximumImageGigabytes",
          "archiveAfterDays",
          "rescueCommands",
          "functionsJar");

  /** Wildcards stand in the name, and never for all of it. */
  private static final Pattern SECRETS =
      Pattern.compile(
          "(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?"
              + "\\**[A-Za-z0-9/_+=.@-][A-Za-z0-9/_+=.@*-]{0,511}");

  Configuration {
    upstreams = List.copyOf(upstreams);
    deniedImages = List.copyOf(deniedImages);
    buildLogGroups = List.copyOf(buildLogGroups);
    buildLogBuckets = List.copyOf(buildLogBuckets);
    sourceBuckets = List.copyOf(sourceBuckets);
    workloadSecrets = List.copyOf(workloadSecrets);
    credentials = new LinkedHashMap<>(credentials);
  }

  /** A setting that is refused is refused with the place where it stands. */
  static Configuration from(Settings settings) {
    try {
      settings.refuseAllBut(
          Stream.of(NAMES, Sharing.NAMES, Operation.NAMES)
              .flatMap(Set::stream)
              .collect(Collectors.toUnmodifiableSet()));
      return read(settings);
    } catch (SettingRefused refused) {
      throw settings.place(refused.setting()).map(refused::at).orElse(refused);
    }
  }

  private static Configuration read(Settings settings) {
    List<Upstream> upstreams = upstreams(settings);
    return new Configuration(
        settings.choice("mode", Mode.RESCUE),
        upstreams,
        deniedImages(settings),
        credentials(settings, upstreams),
        settings.wholeNumber("maximumAttempts", 1, 10, 3),
        settings.wholeNumber("maximumRetriesPerHour", 1, 999, 20),
        settings.choice("projectChanges", ProjectChanges.OFF),
        settings.choice("ecs", WorkloadChanges.REPORT),
        settings.choice("batch", WorkloadChanges.REPORT),
        // Lambda takes no event source concurrency below 2.
        settings.wholeNumber("maximumReplications", 2, 1000, 10),
        logGroups(settings),
        buckets(settings, "buildLogBuckets"),
        settings.isOn("probeBuilds", "on"),
        buckets(settings, "sourceBuckets"),
        secrets(settings),
        settings.choice("platforms", Platforms.ALL),
        settings.wholeNumber("maximumImageGigabytes", 1, 99_999, 128),
        settings.wholeNumber("archiveAfterDays", 0, 3650, 90),
        Sharing.from(settings),
        Operation.from(settings),
        rescueCommands(settings),
        jar(settings));
  }

  /** As the functions read it: {@code docker.io,ghcr.io}. */
  String upstreamsSetting() {
    return upstreams.stream().map(Upstream::registry).collect(joining(","));
  }

  /** As the functions read it: {@code docker.io/acme/*,quay.io/beta/app}. */
  String deniedImagesSetting() {
    return String.join(",", deniedImages);
  }

  /** As the functions read it: {@code docker.io=name-of-the-secret}. */
  String credentialsSetting() {
    return credentials.entrySet().stream()
        .map(entry -> entry.getKey().registry() + "=" + entry.getValue().reference())
        .collect(joining(","));
  }

  /** As the functions read it. */
  String probeBuildsSetting() {
    return probeBuilds ? "on" : "off";
  }

  /** As the functions read it: {@code sources,teams-*}. */
  String sourceBucketsSetting() {
    return String.join(",", sourceBuckets);
  }

  /** As the functions read it: {@code docker-hub,team-*}. */
  String workloadSecretsSetting() {
    return String.join(",", workloadSecrets);
  }

  /** As the functions read it: {@code logs,teams-*-logs}. */
  String buildLogBucketsSetting() {
    return String.join(",", buildLogBuckets);
  }

  private static List<Upstream> upstreams(Settings settings) {
    List<Upstream> upstreams =
        settings.list("upstreams", String.join(",", Upstream.registries())).stream()
            .map(registry -> Upstream.of("upstreams", registry))
            .toList();
    if (upstreams.isEmpty()) {
      throw new SettingRefused("upstreams", "at least one registry is needed");
    }
    return upstreams;
  }

  private static List<String> deniedImages(Settings settings) {
    return settings.listOf(
        "deniedImages",
        "[a-z0-9.*:-]+(/[a-z0-9._*-]+)+",
        "image with its registry, such as docker.io/library/ruby or docker.io/acme/*");
  }

  private static Map<Upstream, Secret> credentials(Settings settings, List<Upstream> upstreams) {
    Map<Upstream, Secret> credentials = new LinkedHashMap<>();
    settings
        .pairs("credentials")
        .forEach((registry, secret) -> {
          Upstream upstream = Upstream.of("credentials", registry);
          if (!upstreams.contains(upstream)) {
            throw new SettingRefused("credentials", registry + " is not among the upstreams");
          }
          credentials.put(upstream, new Secret(secret));
        });
    return credentials;
  }

  private static List<String> logGroups(Settings settings) {
    List<String> groups = settings.list("buildLogGroups", "/aws/codebuild/*");
    groups.forEach(group -> {
      if (!group.matches("[A-Za-z0-9_/.#*-]{1,512}")) {
        throw new SettingRefused("buildLogGroups", "'%s' is no log group name".formatted(group));
      }
    });
    return groups;
  }

  private static List<String> buckets(Settings settings, String name) {
    return settings.listOf(
        name, "[a-z0-9*][a-z0-9.*-]{2,62}", "bucket name, nor one with wildcards");
  }

  private static List<String> secrets(Settings settings) {
    List<String> secrets = settings.list("workloadSecrets", "");
    secrets.forEach(secret -> {
      if (!SECRETS.matcher(secret).matches()) {
        throw new SettingRefused(
            "workloadSecrets",
            "'%s' is no secret's name or ARN, nor one with wildcards".formatted(secret));
      }
    });
    return secrets;
  }

  private static RescueCommands rescueCommands(Settings settings) {
    RescueCommands commands = settings.choice("rescueCommands", RescueCommands.MIRROR);
    if (commands == RescueCommands.LOGIN
        && !settings.pairs("credentials").containsKey("docker.io")) {
      throw new SettingRefused("rescueCommands", "login needs credentials of docker.io");
    }
    return commands;
  }

  private static Path jar(Settings settings) {
    Path jar =
        Path.of(settings.text("functionsJar", "../functions/target/pull-rescue-functions.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new SettingRefused(
          "functionsJar", "there is no file %s; build it: mvn package".formatted(jar));
    }
    return jar;
  }
}
