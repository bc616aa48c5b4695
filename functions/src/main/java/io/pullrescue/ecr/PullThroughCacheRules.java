package io.pullrescue.ecr;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.PullThroughCacheRule;
import software.amazon.awssdk.utils.Lazy;

/**
 * Reads the pull-through cache rules of the account, once for each start of a function.
 *
 * <p>A repository below the prefix of a rule belongs to ECR: a request for a manifest by its tag
 * imports the image from upstream, and ECR asks upstream again once in 24 hours. A request by
 * digest imports nothing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html">Sync an
 *     upstream registry with an Amazon ECR private registry</a>
 * @see <a href="https://github.com/aws/containers-roadmap/issues/2837">Requests by digest</a>
 */
public final class PullThroughCacheRules {
  /** Stands for no prefix, in the cache as well as upstream. */
  private static final String ROOT = "ROOT";

  private static final Logger LOG = LoggerFactory.getLogger(PullThroughCacheRules.class);

  private final String registry;
  private final List<String> usablePrefixes;
  private final Lazy<List<PullThroughCacheRule>> rules;

  /**
   * Creates the rules of an account.
   *
   * @param registry the host of the account's registry
   * @param usablePrefixes the prefixes of the rules that images may be copied through
   */
  public PullThroughCacheRules(EcrClient ecr, String registry, List<String> usablePrefixes) {
    this.registry = registry;
    this.usablePrefixes = List.copyOf(usablePrefixes);
    this.rules = new Lazy<>(() -> read(ecr));
  }

  /** The rules are no condition for a copy: without them, it is made as if there were none. */
  private static List<PullThroughCacheRule> read(EcrClient ecr) {
    try {
      return ecr.describePullThroughCacheRulesPaginator(_ -> {}).pullThroughCacheRules().stream()
          .toList();
    } catch (SdkException unreadable) {
      LOG.atWarn()
          .setCause(unreadable)
          .log(
              "the pull-through cache rules cannot be read; images are copied as if there were none");
      return List.of();
    }
  }

  /** Returns the reference by which a rule imports an upstream image; empty without such a rule. */
  Optional<ImageReference> cachedReference(ImageReference image) {
    return usablePrefixes.isEmpty()
        ? Optional.empty()
        : rules.getValue().stream()
            .filter(rule -> usablePrefixes.contains(rule.ecrRepositoryPrefix()))
            .filter(rule -> upstreamRegistry(rule).equals(image.registry()))
            .flatMap(rule -> repository(rule, image).stream())
            .map(name -> new ImageReference(registry, name, image.tag(), image.digest()))
            .findFirst();
  }

  private static String upstreamRegistry(PullThroughCacheRule rule) {
    var host = String.valueOf(rule.upstreamRegistryUrl()).replaceFirst("^https://", "");
    return host.equals("registry-1.docker.io") ? "docker.io" : host;
  }

  private static Optional<String> repository(PullThroughCacheRule rule, ImageReference image) {
    var upstreamPrefix = rule.upstreamRepositoryPrefix();
    var start = upstreamPrefix == null || upstreamPrefix.equals(ROOT) ? "" : upstreamPrefix + "/";
    return Optional.of(image.repository())
        .filter(name -> name.startsWith(start))
        .map(name -> rule.ecrRepositoryPrefix() + "/" + name.substring(start.length()));
  }

  /**
   * Returns the prefix of the rule to which a repository belongs; empty if it belongs to none. A
   * rule for all repositories that no other rule covers leaves no name free, and does not count.
   */
  Optional<String> owningRule(String repository) {
    return rules.getValue().stream()
        .map(PullThroughCacheRule::ecrRepositoryPrefix)
        .filter(prefix -> repository.startsWith(prefix + "/"))
        .findFirst();
  }
}
