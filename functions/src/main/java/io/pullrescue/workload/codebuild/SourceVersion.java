package io.pullrescue.workload.codebuild;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/**
 * Interprets the version of the source that a build was started for.
 *
 * @param sourceType the type of the build's source
 * @param requested what the start asked for: a branch, a tag, a pull request, a commit, a version
 *     of an object in S3; null for the default branch or the current version
 * @param resolved the commit that the build found; null if it ended before it downloaded its source
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html">
 *     Source version sample</a>
 */
record SourceVersion(
    @Nullable SourceType sourceType, @Nullable String requested, @Nullable String resolved) {
  /** Only these accept a reference and a commit; GitLab accepts a branch, a tag or a commit. */
  private static final Set<SourceType> PINNED_REFERENCES =
      Set.of(
          SourceType.GITHUB,
          SourceType.GITHUB_ENTERPRISE,
          SourceType.BITBUCKET,
          SourceType.CODECOMMIT);

  private static final Set<SourceType> WITHOUT_COMMITS =
      Set.of(SourceType.S3, SourceType.NO_SOURCE, SourceType.CODEPIPELINE);

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");
  private static final Pattern FULL_COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** {@code refs/heads/main^{commit}}. */
  private static final Pattern PINNED = Pattern.compile("(.+)\\^\\{([0-9a-f]{40}|[0-9a-f]{64})}");

  /** {@code pr/7}, {@code refs/pull/7/head}, and the forms of Bitbucket and GitLab. */
  private static final Pattern PULL_REQUEST =
      Pattern.compile(
          "(?:pr/|mr/|refs/pull/|refs/pull-requests/|refs/merge-requests/)([0-9]{1,18})(?:/.*)?");

  static SourceVersion of(Build build) {
    return new SourceVersion(
        build.source().type(),
        Optional.ofNullable(build.sourceVersion())
            .filter(version -> !version.isBlank())
            .orElse(null),
        build.resolvedSourceVersion());
  }

  /** Returns whether the build is of a pull request, also if a person started it. */
  boolean isPullRequest() {
    return pullRequest().isPresent();
  }

  private Optional<String> pullRequest() {
    return Optional.ofNullable(requested)
        .map(version -> PINNED.matcher(version).replaceFirst("$1"))
        .map(PULL_REQUEST::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> matcher.group(1));
  }

  /** Returns the commit, as far as the record of the build has it. */
  Optional<String> commit() {
    if (resolved != null) {
      return Optional.of(resolved);
    }
    if (requested == null || WITHOUT_COMMITS.contains(sourceType)) {
      return Optional.empty();
    }
    var pinned = PINNED.matcher(requested);
    return pinned.matches()
        ? Optional.of(pinned.group(2))
        : Optional.of(requested).filter(version -> COMMIT.matcher(version).matches());
  }

  /**
   * Returns whether a retry builds the content of this build even if there is newer content.
   * Without a commit, or a version of an object in S3, it builds what is current.
   */
  boolean isFixed() {
    return commit().isPresent() || (sourceType == SourceType.S3 && requested != null);
  }

  /**
   * Returns the version for a retry: the same commit, with the reference that the build was started
   * for where the source accepts both, because CodeBuild otherwise downloads the whole repository,
   * and the commit of a fork can be reached by its pull request only.
   */
  @Nullable String forRetry() {
    if (resolved == null || requested == null || requested.equals(resolved)) {
      return resolved == null ? requested : resolved;
    }
    if (PINNED.matcher(requested).matches()) {
      return requested;
    }
    return pinnableReference(requested, resolved)
        .map(name -> name + "^{" + resolved + "}")
        .orElse(resolved);
  }

  private Optional<String> pinnableReference(String reference, String commit) {
    if (!PINNED_REFERENCES.contains(sourceType) || !FULL_COMMIT.matcher(commit).matches()) {
      return Optional.empty();
    }
    if (reference.startsWith("refs/heads/") || reference.startsWith("refs/tags/")) {
      return Optional.of(reference);
    }
    // Only GitHub has references of pull requests that CodeBuild accepts.
    return sourceType == SourceType.GITHUB || sourceType == SourceType.GITHUB_ENTERPRISE
        ? pullRequest().map(number -> "refs/pull/" + number + "/head")
        : Optional.empty();
  }

  /**
   * Returns whether two versions of one repository may be of the same branch or pull request, or
   * are both tags. The record of a build for a commit or for the default branch does not name a
   * branch: it may be any, since a wrong yes costs a retry, and a wrong no releases an old commit
   * over a newer one.
   */
  boolean mayBeSameReference(SourceVersion other) {
    var name = referenceName();
    var otherName = other.referenceName();
    if (name.isEmpty() || otherName.isEmpty()) {
      return !isPullRequest() && !other.isPullRequest();
    }
    // A newer tag is a newer release, as a newer commit of a branch is.
    return name.equals(otherName) || (isTag() && other.isTag());
  }

  private boolean isTag() {
    return requested != null
        && !WITHOUT_COMMITS.contains(sourceType)
        && requested.startsWith("refs/tags/");
  }

  private Optional<String> referenceName() {
    var number = pullRequest();
    if (number.isPresent()) {
      return number.map(value -> "pull request " + value);
    }
    return Optional.ofNullable(requested)
        .filter(_ -> !WITHOUT_COMMITS.contains(sourceType))
        .map(version -> PINNED.matcher(version).replaceFirst("$1"))
        .filter(version -> !COMMIT.matcher(version).matches())
        .map(version -> version.replaceFirst("^refs/(heads|tags)/", ""));
  }

  /** Returns whether the retry's variable {@code CODEBUILD_SOURCE_VERSION} differs. */
  boolean changesInRetry() {
    return !Objects.equals(requested, forRetry());
  }
}
