package io.pullrescue.infra.config;

import static io.pullrescue.infra.config.SettingsReader.quote;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.PullRescueConfig.Mirror;
import io.pullrescue.config.PullRescueConfig.Replication;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.UpstreamRegistries;
import io.pullrescue.infra.config.SettingValue.Place;
import io.pullrescue.infra.config.SettingValue.Scalar;
import io.pullrescue.infra.config.SettingsReader.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads the settings from the CDK context: from the YAML file that {@code -c config=FILE} names,
 * and over them from {@code -c name=value}.
 */
public final class ConfigLoader {
  private static final String CONFIG_FILE = "config";
  private static final String DEFAULT_JAR = "../functions/target/pull-rescue-functions.jar";
  private static final String DOCKER_HUB = "docker.io";

  /** The value of the setting for repositories that begin with the prefix of their upstream. */
  private static final String NO_PREFIX = "none";

  private static final int MAX_MIRROR_PREFIX_LENGTH = 60;
  private static final Set<String> REGISTRIES = UpstreamRegistries.DEFAULT_PREFIXES.keySet();

  private static final Format ANY = new Format(".*", "a text");
  private static final Format BUCKET =
      new Format("[a-z0-9*][a-z0-9.*-]{2,62}", "the name of an S3 bucket; * may stand for a part");
  private static final Format IMAGE =
      new Format(
          "[a-z0-9.*:-]+(/[a-z0-9._*-]+)+",
          "an image with its registry, such as docker.io/library/ruby or docker.io/acme/*");
  private static final Format MIRROR_PREFIX =
      new Format(
          "[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*",
          "the beginning of a repository name, such as pull-rescue, or none");

  private static final Format CACHE_PREFIX =
      new Format(
          "(?=.{2,30}$)([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*",
          "the prefix of a pull-through cache rule, such as docker-hub");

  private static final Format ROLE =
      new Format(
          "(arn:aws[a-z-]*:iam::[0-9]{12}:role/)?[A-Za-z0-9_+=,.@/*-]{1,512}",
          "the name or ARN of an IAM role, such as service-role/ecs/*; * may stand for a part");
  private static final Format LOG_GROUP =
      new Format("[A-Za-z0-9_/.#*-]{1,512}", "the name of a log group, such as /aws/codebuild/*");
  private static final Format ACCOUNT_ID =
      new Format("[0-9]{12}", "an AWS account ID of 12 digits");
  private static final Format ORGANIZATION_ID =
      new Format("o-[a-z0-9]{10,32}", "the ID of an AWS organization, such as o-a1b2c3d4e5");

  /** Wildcards may stand for a part of the name only. */
  private static final Format SECRETS =
      new Format(
          "(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?"
              + "\\**[A-Za-z0-9/_+=.@-][A-Za-z0-9/_+=.@*-]{0,511}",
          "the name or ARN of a secret; * may stand for a part of the name");

  private final SettingsReader settings;

  private ConfigLoader(SettingsReader settings) {
    this.settings = settings;
  }

  /**
   * Returns the configuration.
   *
   * @throws InvalidSettingsException with all mistakes, if there are any
   */
  public static DeploymentConfig load(Map<String, ?> context) {
    var problems = new ArrayList<SettingProblem>();
    var values = new LinkedHashMap<String, SettingValue>();
    if (context.get(CONFIG_FILE) instanceof String file) {
      values.putAll(new SettingsFile(Path.of(file), problems).read());
    }
    context.forEach((name, value) -> {
      if (!belongsToCdk(name) && !name.equals(CONFIG_FILE)) {
        values.put(name, fromContext(value));
      }
    });
    var settings = new SettingsReader(values, problems);
    var config = new ConfigLoader(settings).read();
    var note = settings.rejectUnknownSettings();
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems, note);
    }
    return config;
  }

  private DeploymentConfig read() {
    var operations = OperationsConfig.read(settings);
    return new DeploymentConfig(
        functions(operations.kmsKeyArn()),
        settings.list("buildLogGroups", List.of("/aws/codebuild/*"), LOG_GROUP),
        settings.integer("refreshIntervalHours", 0, 720, 0),
        operations,
        VpcConfig.read(settings),
        jar());
  }

  private PullRescueConfig functions(String kmsKeyArn) {
    var defaults = PullRescueConfig.DEFAULTS;
    var upstreams = upstreams();
    var credentials = credentials(upstreams);
    return new PullRescueConfig(
        settings.choice("mode", defaults.mode()),
        new Mirror(
            upstreams,
            images("deniedImages"),
            mirrorPrefix(),
            settings.flag("pullFromAccount", defaults.mirror().pullFromAccount())),
        credentials,
        settings.choice("platforms", defaults.platforms()),
        settings.list("workloadPullSecrets", SECRETS),
        replication(kmsKeyArn),
        settings.list("buildLogBuckets", BUCKET),
        retry(credentials));
  }

  /** Returns how the setting {@code mirrorPrefix} is written for this mirror. */
  public static String mirrorPrefixSetting(Mirror mirror) {
    return mirror.prefix().isEmpty() ? NO_PREFIX : mirror.prefix();
  }

  private String mirrorPrefix() {
    var prefix = settings.text("mirrorPrefix", Mirror.DEFAULTS.prefix(), MIRROR_PREFIX);
    if (prefix.length() > MAX_MIRROR_PREFIX_LENGTH) {
      settings.problem(
          "mirrorPrefix",
          "it has more than %d characters, and the names of repositories have 256 at most"
              .formatted(MAX_MIRROR_PREFIX_LENGTH));
    }
    return prefix.equals(NO_PREFIX) ? "" : prefix;
  }

  private Replication replication(String kmsKeyArn) {
    var defaults = Replication.DEFAULTS;
    return new Replication(
        settings.integer("maxImageSizeGiB", 1, 99_999, defaults.maxImageSizeGiB()),
        settings.integer("maxGigabytesPerDay", 0, 999_999, defaults.maxGigabytesPerDay()),
        settings.integer(
            "maxRateLimitedRequestsPerTrigger",
            1,
            9999,
            defaults.maxRateLimitedRequestsPerTrigger()),
        // Lambda accepts no maximum concurrency of an event source below 2.
        settings.integer("maxConcurrentCopies", 2, 1000, defaults.maxConcurrentCopies()),
        images("privateImages"),
        settings.integer("archiveAfterDays", 0, 3650, defaults.archiveAfterDays()),
        settings.list("pullThroughCachePrefixes", CACHE_PREFIX),
        settings.list("sharedAccountIds", ACCOUNT_ID),
        settings.text("sharedOrganizationId", ORGANIZATION_ID),
        kmsKeyArn);
  }

  private RetryConfig retry(Map<String, String> credentials) {
    var defaults = RetryConfig.DEFAULTS;
    var substitution = settings.choice("imageSubstitution", defaults.imageSubstitution());
    if (substitution == ImageSubstitution.LOGIN
        && !credentials.containsKey(DOCKER_HUB)
        && !settings.hasProblem("credentials")) {
      settings.problem("imageSubstitution", "login needs credentials of docker.io");
    }
    return new RetryConfig(
        settings.integer("maxRetries", 1, 10, defaults.maxRetries()),
        settings.integer("maxRetriesPerHour", 1, 999, defaults.maxRetriesPerHour()),
        settings.integer("maxFailureAgeMinutes", 5, 10_080, defaults.maxFailureAgeMinutes()),
        settings.choice("webhookGuards", defaults.webhookGuards()),
        substitution,
        settings.choice("projectUpdates", defaults.projectUpdates()),
        settings.flag("probeBuilds", defaults.probeBuilds()),
        settings.list("sourceBuckets", BUCKET),
        settings.choice("projects", defaults.projects()),
        settings.choice("ecsRetry", defaults.ecsRetry()),
        settings.choice("batchRetry", defaults.batchRetry()),
        settings.flag("checkRoles", defaults.checkRoles()),
        settings.list("passRoles", defaults.passRoles(), ROLE));
  }

  private List<String> upstreams() {
    var name = "upstreams";
    var items = settings.items(name);
    if (!settings.isSet(name)) {
      return Mirror.DEFAULTS.upstreams();
    }
    if (items.isEmpty() && !settings.hasProblem(name)) {
      settings.problem(name, "at least one registry is needed; supported are " + listed());
    }
    return items.stream()
        .filter(registry -> isSupported(name, registry))
        .map(Scalar::text)
        .distinct()
        .toList();
  }

  /** A pattern without its registry would match nothing, and the mistake would not be noticed. */
  private List<String> images(String name) {
    var images = settings.list(name, IMAGE);
    for (var image : images) {
      var registry = image.substring(0, image.indexOf('/'));
      if (!registry.contains("*") && !REGISTRIES.contains(registry)) {
        settings.problem(
            name,
            "'%s' begins with no supported registry; supported are %s".formatted(image, listed()));
      }
    }
    return images;
  }

  private Map<String, String> credentials(List<String> upstreams) {
    var name = "credentials";
    var credentials = new LinkedHashMap<String, String>();
    for (var entry : settings.entries(name)) {
      var registry = entry.key();
      var reference = entry.value();
      if (!isSupported(name, registry)) {
        continue;
      }
      if (!upstreams.contains(registry.text())) {
        settings.problem(
            name,
            registry.place(),
            "%s is not in upstreams; add it there or delete its credentials"
                .formatted(registry.text()));
      }
      if (CredentialReference.isValid(reference.text())) {
        credentials.put(registry.text(), reference.text());
      } else {
        settings.problem(
            name,
            reference.place(),
            "%s is neither the name or ARN of a secret nor of the form ssm:/user,/password"
                .formatted(quote(reference)));
      }
    }
    return credentials;
  }

  private boolean isSupported(String setting, Scalar registry) {
    var supported = REGISTRIES.contains(registry.text());
    if (!supported) {
      var suggestion = Suggestion.didYouMean(registry.text(), REGISTRIES);
      settings.problem(
          setting,
          registry.place(),
          quote(registry)
              + " is not a supported registry"
              + (suggestion.isEmpty() ? "; supported are " + listed() : suggestion));
    }
    return supported;
  }

  private static String listed() {
    return String.join(", ", REGISTRIES);
  }

  private Path jar() {
    var name = "functionsJar";
    var jar = Path.of(settings.text(name, DEFAULT_JAR, ANY));
    if (!Files.isRegularFile(jar)) {
      settings.problem(name, "there is no file %s; build it with mvn package".formatted(jar));
    }
    return jar;
  }

  /** The command line gives strings; cdk.json may give other types. */
  private static SettingValue fromContext(Object value) {
    var place = Place.COMMAND_LINE;
    return switch (value) {
      case Collection<?> items ->
          new SettingValue.Sequence(
              items.stream().map(item -> new Scalar(String.valueOf(item), place)).toList(), place);
      case Map<?, ?> map ->
          new SettingValue.Mapping(
              map.entrySet().stream()
                  .map(entry ->
                      new SettingValue.Entry(
                          new Scalar(String.valueOf(entry.getKey()), place),
                          new Scalar(String.valueOf(entry.getValue()), place)))
                  .toList(),
              place);
      default -> new Scalar(String.valueOf(value), place);
    };
  }

  /** The CLI and the CDK keep their own values and feature flags in the same context. */
  private static boolean belongsToCdk(String name) {
    return name.contains(":") || name.contains("/");
  }
}
