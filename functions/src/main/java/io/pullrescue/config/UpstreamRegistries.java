package io.pullrescue.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists the upstream registries, each with the prefix of its mirror repositories. */
public final class UpstreamRegistries {
  /**
   * Registry host to repository prefix. The prefixes are those that the ECR console suggests for
   * pull-through cache rules, which is why a prefix of our own stands before them by default; ECR
   * has no such rule for mcr.microsoft.com and gcr.io.
   */
  public static final Map<String, String> DEFAULT_PREFIXES = defaultPrefixes();

  private UpstreamRegistries() {}

  /** Keeps the order, which the template and error messages show. */
  private static Map<String, String> defaultPrefixes() {
    var prefixes = new LinkedHashMap<String, String>();
    prefixes.put("docker.io", "docker-hub");
    prefixes.put("public.ecr.aws", "ecr-public");
    prefixes.put("ghcr.io", "github");
    prefixes.put("quay.io", "quay");
    prefixes.put("registry.k8s.io", "kubernetes");
    prefixes.put("mcr.microsoft.com", "microsoft");
    prefixes.put("gcr.io", "google");
    prefixes.put("registry.gitlab.com", "gitlab");
    return Collections.unmodifiableMap(prefixes);
  }
}
