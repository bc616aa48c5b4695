package io.pullrescue.infra;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which images are copied, and with which logins.
 *
 * @param upstreams the registries that images may come from
 * @param deniedImages what is not copied all the same, with wildcards
 * @param credentials the secret to log in with, per upstream
 * @param workloadSecrets the secrets that definitions of tasks and jobs may name for their images,
 *     with wildcards
 * @param platforms which platforms of an image are copied
 * @param maximumReplications how many images are copied at a time
 * @param maximumImageGigabytes the largest image that is copied
 * @param archiveAfterDays how long a copy that nobody pulls stays at hand; 0 for ever
 * @param refreshHours how often upstream is asked whether it has moved a tag on; 0 for never
 */
record Copying(
    List<Upstream> upstreams,
    List<String> deniedImages,
    Map<Upstream, Secret> credentials,
    List<String> workloadSecrets,
    Platforms platforms,
    int maximumReplications,
    int maximumImageGigabytes,
    int archiveAfterDays,
    int refreshHours) {
  static final Set<String> NAMES =
      Set.of(
          "upstreams",
          "deniedImages",
          "credentials",
          "workloadSecrets",
          "platforms",
          "maximumReplications",
          "maximumImageGigabytes",
          "archiveAfterDays",
          "refreshHours");

  /** Wildcards stand in the name, and never for all of it. */
  private static final String SECRETS =
      "(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?"
          + "\\**[A-Za-z0-9/_+=.@-][A-Za-z0-9/_+=.@*-]{0,511}";

  Copying {
    upstreams = List.copyOf(upstreams);
    deniedImages = List.copyOf(deniedImages);
    credentials = new LinkedHashMap<>(credentials);
    workloadSecrets = List.copyOf(workloadSecrets);
  }

  static Copying from(Settings settings) {
    List<Upstream> upstreams = upstreams(settings);
    return new Copying(
        upstreams,
        settings.listOf(
            "deniedImages",
            "[a-z0-9.*:-]+(/[a-z0-9._*-]+)+",
            "image with its registry, such as docker.io/library/ruby or docker.io/acme/*"),
        credentials(settings, upstreams),
        settings.listOf("workloadSecrets", SECRETS, "secret's name or ARN, nor one with wildcards"),
        settings.choice("platforms", Platforms.ALL),
        // Lambda takes no event source concurrency below 2.
        settings.wholeNumber("maximumReplications", 2, 1000, 10),
        settings.wholeNumber("maximumImageGigabytes", 1, 99_999, 128),
        settings.wholeNumber("archiveAfterDays", 0, 3650, 90),
        settings.wholeNumber("refreshHours", 0, 720, 0));
  }

  boolean isRefreshed() {
    return refreshHours > 0;
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

  /** As the functions read it: {@code docker-hub,team-*}. */
  String workloadSecretsSetting() {
    return String.join(",", workloadSecrets);
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
}
