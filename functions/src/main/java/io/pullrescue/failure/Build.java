package io.pullrescue.failure;

import io.pullrescue.image.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build as the CodeBuild API describes it; only what a rescue needs.
 *
 * @param id {@code project:uuid}
 * @param sourceVersion the commit or object version that was built; null where the source has none
 * @param initiator who started it, such as {@code codepipeline/name} or {@code
 *     GitHub-Hookshot/1a2b}
 * @param log where its log lies; null where it has none, or not in CloudWatch
 * @param partOfBatch whether a batch build started it
 * @param retriedByCodeBuild whether the project's own auto-retry has already started the next one
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html">Build</a>
 */
public record Build(
    String id,
    String project,
    String status,
    List<Phase> phases,
    Environment environment,
    Source source,
    @Nullable String sourceVersion,
    String initiator,
    @Nullable LogLocation log,
    boolean partOfBatch,
    boolean retriedByCodeBuild) {
  /** The variable that a probe carries: the id of the failed build that it was started for. */
  public static final String PROBE = "PULL_RESCUE_PROBE";

  /** Copies the phases, so that a build never changes. */
  public Build {
    phases = List.copyOf(phases);
  }

  /** Whether it ended because of a failure, not by hand, by time or well. */
  public boolean failed() {
    return status.equals("FAILED") || status.equals("FAULT");
  }

  /** Whether it is a build of pull-rescue's own, which only looks into a source. */
  public boolean isProbe() {
    return environment.plainText(PROBE).isPresent();
  }

  /**
   * The phase that broke the build: the first that did not succeed. Later ones, such as POST_BUILD,
   * may have succeeded all the same.
   */
  public Optional<Phase> failedPhase() {
    return phases.stream().filter(Phase::endedBadly).findFirst();
  }

  /**
   * One phase of a build.
   *
   * @param type such as {@code PROVISIONING} or {@code BUILD}
   * @param status empty for the closing entry {@code COMPLETED}
   * @param context the status code and message, {@code CODE: message}; empty where it went well
   * @param start null where the API gives none
   */
  public record Phase(
      String type, String status, String context, @Nullable Instant start, @Nullable Instant end) {
    boolean endedBadly() {
      return !status.isEmpty() && !status.equals("SUCCEEDED") && !status.equals("IN_PROGRESS");
    }

    /** Whether the environment image was still being pulled: no command of the build has run. */
    public boolean isProvisioning() {
      return type.equals("PROVISIONING");
    }
  }

  /**
   * Where the build ran.
   *
   * @param image as the project says it: {@code aws/codebuild/standard:7.0}, {@code ruby:2.7}
   * @param type such as {@code LINUX_CONTAINER}
   * @param privileged whether a docker daemon may run inside
   * @param registryCredential whether the project pulls its image with a secret of its own
   * @param variables every variable that the build was given, in order
   */
  public record Environment(
      String image,
      String type,
      String computeType,
      boolean privileged,
      boolean registryCredential,
      List<Variable> variables) {
    /** Copies the list, so that an environment never changes. */
    public Environment {
      variables = List.copyOf(variables);
    }

    /** What runs in it: the types begin with the kind of host that CodeBuild takes. */
    public Platform platform() {
      if (type.startsWith("WINDOWS")) {
        return new Platform("windows", "amd64", null);
      }
      return new Platform("linux", type.startsWith("ARM") ? "arm64" : "amd64", null);
    }

    /** The value of a plain-text variable. */
    public Optional<String> plainText(String name) {
      return variables.stream()
          .filter(variable -> variable.name().equals(name) && variable.type().equals("PLAINTEXT"))
          .map(Variable::value)
          .findFirst();
    }
  }

  /**
   * An environment variable.
   *
   * @param type {@code PLAINTEXT}, {@code PARAMETER_STORE} or {@code SECRETS_MANAGER}
   * @param value the text itself or the name of the secret: never to be logged
   */
  public record Variable(String name, String type, String value) {
    @Override
    public String toString() {
      return name + " (" + type + ")";
    }
  }

  /**
   * What was built.
   *
   * @param type such as {@code GITHUB}, {@code S3}, {@code NO_SOURCE}
   * @param location where it is kept, such as {@code bucket/key.zip} or a URL; null where there is
   *     none
   * @param buildspec the text itself, a path in the source, an S3 ARN; null for the default path
   */
  public record Source(String type, @Nullable String location, @Nullable String buildspec) {}

  /** A log stream in CloudWatch Logs. */
  public record LogLocation(String group, String stream) {}
}
