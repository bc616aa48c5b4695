package io.pullrescue.lambda;

import io.pullrescue.aws.Sharing;
import io.pullrescue.replication.DenyList;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RescueCommands;
import io.pullrescue.retry.RetryRules;
import io.pullrescue.retry.WorkloadChanges;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the operator chose, as environment variables of the functions. Wrong settings stop a
 * function at its start, with the name of the variable and what it should be.
 */
final class Settings {
  /** How far a rescue may go. */
  enum Mode {
    /** Diagnose and report. */
    OBSERVE,
    /** Copy as well. */
    REPLICATE,
    /** Run the work again as well. */
    RESCUE
  }

  /** How much of an image is copied. */
  enum Platforms {
    /** All of it: the mirror's digest is the one that upstream has. */
    ALL,
    /** What the failed work runs on, under its own digest: two counted pulls at most. */
    NEEDED
  }

  /** A comma, but not the one before the second parameter of a login. */
  private static final Pattern BETWEEN_CREDENTIALS = Pattern.compile(",(?! */)");

  private final Map<String, String> variables;

  Settings(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  Mode mode() {
    return choice("PULL_RESCUE_MODE", Mode.RESCUE);
  }

  Platforms platforms() {
    return choice("PULL_RESCUE_PLATFORMS", Platforms.ALL);
  }

  Mirror mirror() {
    var upstreams = optional("PULL_RESCUE_UPSTREAMS");
    var prefixes = upstreams.map(Settings::prefixes).orElse(Mirror.CUSTOMARY_PREFIXES);
    return new Mirror(
        required("PULL_RESCUE_REGISTRY"),
        prefixes,
        new DenyList(list("PULL_RESCUE_DENIED_IMAGES")));
  }

  /** Who else may pull from the mirror. */
  Sharing sharing() {
    return new Sharing(
        list("PULL_RESCUE_PULL_ACCOUNTS"), optional("PULL_RESCUE_PULL_ORGANIZATION").orElse(""));
  }

  private static Map<String, String> prefixes(String upstreams) {
    return Arrays.stream(upstreams.split(",", -1))
        .map(String::strip)
        .collect(Collectors.toMap(host -> host, Settings::prefix));
  }

  private static String prefix(String host) {
    var prefix = Mirror.CUSTOMARY_PREFIXES.get(host);
    if (prefix == null) {
      var known = Mirror.CUSTOMARY_PREFIXES.keySet().stream().sorted().toList();
      throw wrong("PULL_RESCUE_UPSTREAMS", host, "a comma-separated list out of " + known);
    }
    return prefix;
  }

  /**
   * Registry host to what holds its credentials: the name or ARN of a secret, or {@code ssm:} and
   * the names of two parameters, with a comma between them.
   */
  Map<String, String> credentials() {
    var secrets = new LinkedHashMap<String, String>();
    var text = optional("PULL_RESCUE_CREDENTIALS").orElse("");
    for (var entry : BETWEEN_CREDENTIALS.split(text, -1)) {
      if (!entry.isBlank()) {
        var parts = entry.strip().split("=", 2);
        if (parts.length < 2 || parts[1].isBlank()) {
          throw wrong(
              "PULL_RESCUE_CREDENTIALS", entry, "registry=secret or registry=ssm:/user,/password");
        }
        secrets.put(parts[0], parts[1]);
      }
    }
    return secrets;
  }

  /** How far retries may go. */
  RetryRules retryRules() {
    var usual = RetryRules.USUAL;
    return new RetryRules(
        number("PULL_RESCUE_MAXIMUM_ATTEMPTS", usual.maximumAttempts()),
        number("PULL_RESCUE_MAXIMUM_RETRIES_PER_HOUR", usual.maximumPerHour()),
        choice("PULL_RESCUE_PROJECT_CHANGES", usual.projectChanges()),
        rescueCommands());
  }

  /** Which services and tasks on Amazon ECS may start from the copy. */
  WorkloadChanges ecs() {
    return choice("PULL_RESCUE_ECS", WorkloadChanges.REPORT);
  }

  /** Which jobs on AWS Batch may be submitted again from the copy. */
  WorkloadChanges batch() {
    return choice("PULL_RESCUE_BATCH", WorkloadChanges.REPORT);
  }

  /** One of the constants, written in small letters: {@code until-green}. */
  private <E extends Enum<E>> E choice(String name, E usual) {
    var word = optional(name).orElse(word(usual));
    var all = usual.getDeclaringClass().getEnumConstants();
    return Arrays.stream(all)
        .filter(it -> word(it).equals(word))
        .findFirst()
        .orElseThrow(() -> {
          var words = Arrays.stream(all).map(Settings::word).collect(Collectors.joining(", "));
          return wrong(name, word, "one of " + words);
        });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private int number(String name, int usual) {
    var text = optional(name);
    if (text.filter(it -> !it.matches("[0-9]{1,3}")).isPresent()) {
      throw wrong(name, text.get(), "a number from 0 to 999");
    }
    return text.map(Integer::parseInt).orElse(usual);
  }

  /** The largest image that is copied. */
  long maximumImageBytes() {
    var text = optional("PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES");
    if (text.filter(it -> !it.matches("[1-9][0-9]{0,4}")).isPresent()) {
      throw wrong("PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES", text.get(), "a number from 1 to 99999");
    }
    return text.map(gigabytes -> Long.parseLong(gigabytes) << 30).orElse(Limits.CUSTOMARY_BYTES);
  }

  /** How long a copy that nobody pulls stays at hand; 0 for ever. */
  int archiveAfterDays() {
    var text = optional("PULL_RESCUE_ARCHIVE_AFTER_DAYS").orElse("0");
    if (!text.matches("[0-9]{1,4}")) {
      throw wrong("PULL_RESCUE_ARCHIVE_AFTER_DAYS", text, "a number from 0 to 9999");
    }
    return Integer.parseInt(text);
  }

  /** How a retried build comes to its copies. */
  private RescueCommands rescueCommands() {
    return choice("PULL_RESCUE_COMMANDS", RescueCommands.MIRROR);
  }

  /** The login to Docker Hub that builds are given; empty where they need none. */
  Optional<String> hubLogin() {
    if (rescueCommands() != RescueCommands.LOGIN) {
      return Optional.empty();
    }
    var login = credentials().get("docker.io");
    if (login == null) {
      throw wrong("PULL_RESCUE_CREDENTIALS", "", "docker.io=..., as PULL_RESCUE_COMMANDS is login");
    }
    return Optional.of(login);
  }

  /** Whether a probe build may read what no API reads. */
  boolean probeBuilds() {
    var word = optional("PULL_RESCUE_PROBE_BUILDS").orElse("on");
    if (!word.equals("on") && !word.equals("off")) {
      throw wrong("PULL_RESCUE_PROBE_BUILDS", word, "on or off");
    }
    return word.equals("on");
  }

  /** The buckets whose sources may be read, {@code *} for any characters. */
  List<String> sourceBuckets() {
    return list("PULL_RESCUE_SOURCE_BUCKETS");
  }

  /** The buckets in which logs of builds may be read, {@code *} for any characters. */
  List<String> buildLogBuckets() {
    return list("PULL_RESCUE_BUILD_LOG_BUCKETS");
  }

  /** The secrets of workloads that may be read, by name or ARN, {@code *} for any characters. */
  List<String> workloadSecrets() {
    return list("PULL_RESCUE_WORKLOAD_SECRETS");
  }

  private List<String> list(String name) {
    return Arrays.stream(optional(name).orElse("").split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  String bus() {
    return optional("PULL_RESCUE_BUS").orElse("default");
  }

  String replicationQueueUrl() {
    return required("PULL_RESCUE_REPLICATION_QUEUE_URL");
  }

  String failuresQueueUrl() {
    return required("PULL_RESCUE_FAILURES_QUEUE_URL");
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  private String required(String name) {
    return optional(name)
        .orElseThrow(
            () -> new IllegalStateException("the environment variable " + name + " is not set"));
  }

  private static IllegalStateException wrong(String name, String value, String wanted) {
    return new IllegalStateException(name + " is '" + value + "'; it must be " + wanted);
  }
}
