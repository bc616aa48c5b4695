package io.pullrescue.workload.codebuild;

import static java.util.Comparator.naturalOrder;

import io.pullrescue.image.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A build as the CodeBuild API describes it; only what a rescue needs.
 *
 * @param id {@code project:uuid}
 * @param sourceVersion the commit or object version that was built; null where the source has none
 * @param initiator who started it, such as {@code codepipeline/name} or {@code
 *     GitHub-Hookshot/1a2b}
 * @param logLocation where its log lies; null where it keeps none
 * @param buildBatchId the batch build that it is part of, {@code project:uuid}; null where it is
 *     none's
 * @param autoRetried whether the project's own auto-retry has already started the next one
 * @param serviceRole the ARN of the role that its commands have; null where the API gives none
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
    @Nullable LogLocation logLocation,
    @Nullable String buildBatchId,
    boolean autoRetried,
    @Nullable String serviceRole) {
  /** The variable that a probe carries: the id of the failed build that it was started for. */
  public static final String PROBE_VARIABLE = "PULL_RESCUE_PROBE";

  private static final String PIPELINE_PREFIX = "codepipeline/";

  /** The phases whose commands run only while all goes well. */
  private static final Set<String> COMMAND_PHASES = Set.of("INSTALL", "PRE_BUILD", "BUILD");

  /** Copies the phases, so that a build never changes. */
  public Build {
    phases = List.copyOf(phases);
  }

  /** Whether it ended because of a failure, not by hand, by time or well. */
  boolean failed() {
    return status.equals("FAILED") || status.equals("FAULT");
  }

  /** Whether it is a build of pull-rescue's own, which only looks into a source. */
  public boolean isProbe() {
    return environment.plaintextVariable(PROBE_VARIABLE).isPresent();
  }

  /** Whether it ended well. */
  boolean succeeded() {
    return status.equals("SUCCEEDED");
  }

  /** The pipeline whose action it is. */
  Optional<String> pipelineName() {
    return initiator.startsWith(PIPELINE_PREFIX)
        ? Optional.of(initiator.substring(PIPELINE_PREFIX.length()))
        : Optional.empty();
  }

  /** When its first phase began; empty where the API gives no times. */
  Optional<Instant> startTime() {
    return phases.stream().map(Phase::startTime).filter(Objects::nonNull).min(naturalOrder());
  }

  /** When its last phase ended; empty where the API gives no times. */
  Optional<Instant> endTime() {
    return phases.stream().map(Phase::endTime).filter(Objects::nonNull).max(naturalOrder());
  }

  /**
   * The phase that broke the build: the first that did not succeed and that the build did not go on
   * after. Later ones, such as POST_BUILD, may have succeeded all the same.
   */
  public Optional<Phase> failedPhase() {
    var failed = phases.stream().filter(Phase::hasFailed).toList();
    return failed.stream()
        .filter(phase -> !isContinuedAfter(phase))
        .findFirst()
        .or(() -> failed.stream().findFirst());
  }

  /** Those that failed before it, and that the buildspec let the build go on after. */
  List<Phase> continuedPhases() {
    var failedPhase = failedPhase();
    return phases.stream()
        .takeWhile(phase -> failedPhase.filter(phase::equals).isEmpty())
        .filter(Phase::hasFailed)
        .toList();
  }

  /**
   * After a failure CodeBuild leaves out all commands but those of POST_BUILD, unless the phase
   * says {@code on-failure: CONTINUE}.
   */
  private boolean isContinuedAfter(Phase phase) {
    return COMMAND_PHASES.contains(phase.type())
        && phases.stream()
            .skip(phases.indexOf(phase) + 1L)
            .anyMatch(later -> COMMAND_PHASES.contains(later.type()));
  }

  /**
   * One phase of a build.
   *
   * @param type such as {@code PROVISIONING} or {@code BUILD}
   * @param status empty for the closing entry {@code COMPLETED}
   * @param context the status code and message, {@code CODE: message}; empty where it went well
   * @param startTime null where the API gives none
   */
  public record Phase(
      String type,
      String status,
      String context,
      @Nullable Instant startTime,
      @Nullable Instant endTime) {
    boolean hasFailed() {
      return !status.isEmpty() && !status.equals("SUCCEEDED") && !status.equals("IN_PROGRESS");
    }

    /** Whether the environment image was still being pulled: no command of the build has run. */
    boolean isProvisioning() {
      return type.equals("PROVISIONING");
    }
  }

  /**
   * Where the build ran.
   *
   * @param image as the project says it: {@code aws/codebuild/standard:7.0}, {@code ruby:2.7}
   * @param type such as {@code LINUX_CONTAINER}
   * @param privileged whether a docker daemon may run inside
   * @param hasRegistryCredential whether the project pulls its image with a secret of its own
   * @param variables every variable that the build was given, in order
   */
  public record Environment(
      String image,
      String type,
      String computeType,
      boolean privileged,
      boolean hasRegistryCredential,
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
    public Optional<String> plaintextVariable(String name) {
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

  /** Where a log lies. */
  public sealed interface LogLocation {
    /** A log stream in CloudWatch Logs. */
    record CloudWatchLog(String logGroup, String logStream) implements LogLocation {}

    /** An object in Amazon S3, compressed by gzip; it is there once the build has ended. */
    record S3Log(String bucket, String key) implements LogLocation {}
  }
}
