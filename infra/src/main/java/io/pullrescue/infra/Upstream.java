package io.pullrescue.infra;

import java.util.Arrays;
import java.util.List;

/** The registries that images may come from, each with the prefix of its mirror repositories. */
enum Upstream {
  DOCKER_HUB("docker.io", "docker-hub"),
  ECR_PUBLIC("public.ecr.aws", "ecr-public"),
  GITHUB("ghcr.io", "github"),
  QUAY("quay.io", "quay"),
  KUBERNETES("registry.k8s.io", "kubernetes"),
  MICROSOFT("mcr.microsoft.com", "microsoft"),
  GOOGLE("gcr.io", "google"),
  GITLAB("registry.gitlab.com", "gitlab");

  private final String registry;
  private final String mirrorPrefix;

  Upstream(String registry, String mirrorPrefix) {
    this.registry = registry;
    this.mirrorPrefix = mirrorPrefix;
  }

  /** The registry's host, as an image reference names it. */
  String registry() {
    return registry;
  }

  /** What every repository that mirrors this upstream starts with; rights end there. */
  String mirrorPrefix() {
    return mirrorPrefix;
  }

  static List<String> registries() {
    return Arrays.stream(values()).map(Upstream::registry).toList();
  }

  static Upstream of(String setting, String registry) {
    return Arrays.stream(values())
        .filter(upstream -> upstream.registry.equals(registry))
        .findFirst()
        .orElseThrow(() ->
            new SettingRefused(
                setting,
                "'%s' is no known upstream; there are %s".formatted(registry, registries())));
  }
}
