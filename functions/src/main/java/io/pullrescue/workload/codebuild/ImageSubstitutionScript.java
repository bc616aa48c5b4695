package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
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
public final class ImageSubstitutionScript {
  /** The first word of the script, by which a later attempt finds and replaces it. */
  public static final String SCRIPT_MARKER = ": pull-rescue";

  private static final String SHELL_FUNCTIONS = loadResource("substitute_images.sh");
  private static final String MIRROR_SERVER = loadResource("registry_mirror.py");

  private final MirrorNaming mirror;
  private final ImageSubstitution imageSubstitution;

  /** Scripts that bring the copies in this mirror to a build in that way. */
  ImageSubstitutionScript(MirrorNaming mirror, ImageSubstitution imageSubstitution) {
    this.mirror = mirror;
    this.imageSubstitution = imageSubstitution;
  }

  /**
   * The script for these copies, which all lie in the mirror. Its subshell keeps its own names to
   * itself; only the place of the source policy must last, for the commands that follow.
   */
  String render(List<MirroredImage> mirroredImages) {
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
            SCRIPT_MARKER,
            mirror.registry(),
            mirror.region(),
            SHELL_FUNCTIONS,
            renderServer(mirroredImages),
            renderCalls(mirroredImages));
  }

  private String renderServer(List<MirroredImage> mirroredImages) {
    if (imageSubstitution == ImageSubstitution.LOGIN
        && mirroredImages.stream().anyMatch(ImageSubstitutionScript::isDockerHubImage)) {
      return "log_in\n";
    }
    var serverArguments =
        mirroredImages.stream()
            .filter(this::isServedByMirror)
            .map(ImageSubstitutionScript::serverArgument)
            .toList();
    return serverArguments.isEmpty()
        ? ""
        : """
        cat >"$folder/mirror.py" <<'END_OF_MIRROR'
        %sEND_OF_MIRROR
        if mirror %s; then hub=served; else hub=pulled; fi
        """
            .formatted(MIRROR_SERVER, String.join(" ", serverArguments));
  }

  /** Docker asks registry mirrors for images of Docker Hub, and for no others. */
  private boolean isServedByMirror(MirroredImage mirroredImage) {
    return imageSubstitution == ImageSubstitution.MIRROR && isDockerHubImage(mirroredImage);
  }

  private static boolean isDockerHubImage(MirroredImage mirroredImage) {
    return mirroredImage.image().registry().equals(ImageReference.DOCKER_HUB);
  }

  private static String serverArgument(MirroredImage mirroredImage) {
    var image = mirroredImage.image();
    var repositoryAndTag = image.repository() + (image.tag() == null ? "" : ":" + image.tag());
    return "'%s=%s@%s'"
        .formatted(
            repositoryAndTag, mirroredImage.mirrorReference().repository(), mirroredImage.digest());
  }

  private String renderCalls(List<MirroredImage> mirroredImages) {
    return mirroredImages.stream()
        .filter(mirroredImage ->
            imageSubstitution != ImageSubstitution.LOGIN || !isDockerHubImage(mirroredImage))
        .map(this::renderCall)
        .collect(Collectors.joining("\n"));
  }

  private String renderCall(MirroredImage mirroredImage) {
    var image = mirroredImage.image();
    return "%s '%s' '%s' '%s' '%s' '%s'"
        .formatted(
            isServedByMirror(mirroredImage) ? "\"$hub\"" : "pulled",
            image.name(),
            image.tag() == null ? "" : image.tag(),
            mirroredImage.digest(),
            mirroredImage.mirrorReference().name(),
            image.digest() == null ? "" : "pinned");
  }

  private static String loadResource(String name) {
    try (var stream =
        Objects.requireNonNull(ImageSubstitutionScript.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
