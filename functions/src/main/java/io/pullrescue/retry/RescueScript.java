package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The commands that a retried build runs first, as one POSIX shell command.
 *
 * <p>They see to it that docker finds each copy under the name that the build will ask for. Each
 * step fails softly; the build then goes on as it would have. What they do is written in {@code
 * rescue.sh} and {@code mirror.py}; only the names of parsed references are added here, whose
 * grammar has no quote and no blank.
 */
final class RescueScript {
  /** The first word of the script, by which a later attempt finds and replaces it. */
  static final String MARK = ": pull-rescue";

  private static final String FUNCTIONS = resource("rescue.sh");
  private static final String SERVER = resource("mirror.py");

  private final Mirror mirror;
  private final RescueCommands commands;

  /** Scripts that bring the copies in this mirror to a build in that way. */
  RescueScript(Mirror mirror, RescueCommands commands) {
    this.mirror = mirror;
    this.commands = commands;
  }

  /**
   * The script for these copies, which all lie in the mirror. Its subshell keeps its own names to
   * itself; only the place of the source policy must last, for the commands that follow.
   */
  String of(List<Copy> copies) {
    return """
    %s
    if pull_rescue=$(mktemp -d); then (
    folder=$pull_rescue registry='%s' region='%s'
    %s
    %s%s
    ) || true; fi
    if test -s "$pull_rescue/policy.json" && test -z "${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-}"; then
      export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY="$pull_rescue/policy.json"
    fi\
    """
        .formatted(
            MARK, mirror.registry(), mirror.region(), FUNCTIONS, server(copies), calls(copies));
  }

  private String server(List<Copy> copies) {
    if (commands == RescueCommands.LOGIN && copies.stream().anyMatch(RescueScript::isOfDockerHub)) {
      return "log_in\n";
    }
    var served = copies.stream().filter(this::isServed).map(RescueScript::served).toList();
    return served.isEmpty()
        ? ""
        : """
        cat >"$folder/mirror.py" <<'END_OF_MIRROR'
        %sEND_OF_MIRROR
        if mirror %s; then hub=served; else hub=pulled; fi
        """
            .formatted(SERVER, String.join(" ", served));
  }

  /** Docker asks registry mirrors for images of Docker Hub, and for no others. */
  private boolean isServed(Copy copy) {
    return commands == RescueCommands.MIRROR && isOfDockerHub(copy);
  }

  private static boolean isOfDockerHub(Copy copy) {
    return copy.image().registry().equals(ImageReference.DOCKER_HUB);
  }

  private static String served(Copy copy) {
    var image = copy.image();
    var tagged = image.repository() + (image.tag() == null ? "" : ":" + image.tag());
    return "'%s=%s@%s'".formatted(tagged, copy.copy().repository(), copy.digest());
  }

  private String calls(List<Copy> copies) {
    return copies.stream()
        .filter(copy -> commands != RescueCommands.LOGIN || !isOfDockerHub(copy))
        .map(this::call)
        .collect(Collectors.joining("\n"));
  }

  private String call(Copy copy) {
    var image = copy.image();
    return "%s '%s' '%s' '%s' '%s' '%s'"
        .formatted(
            isServed(copy) ? "\"$hub\"" : "pulled",
            image.name(),
            image.tag() == null ? "" : image.tag(),
            copy.digest(),
            copy.copy().name(),
            image.digest() == null ? "" : "pinned");
  }

  private static String resource(String name) {
    try (var stream = Objects.requireNonNull(RescueScript.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
