package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Renders the first command of a retried build, a POSIX shell script.
 *
 * <p>The script makes Docker find each mirrored image under the name that the build uses. A step
 * that fails prints a message, and the build continues without it. The code is in {@code
 * substitute_images.sh} and {@code registry_mirror.py}. Only parsed references are inserted here,
 * whose grammar allows neither quotes nor blanks.
 */
final class ImageSubstitutionScript {
  private static final Pattern COMMENT_LINE = Pattern.compile("(?m)^ *#.*\\R");
  private static final String SHELL_FUNCTIONS = loadResource("substitute_images.sh");
  private static final String MIRROR_SERVER = loadResource("registry_mirror.py");

  private final MirrorNaming mirror;
  private final ImageSubstitution imageSubstitution;

  ImageSubstitutionScript(MirrorNaming mirror, ImageSubstitution imageSubstitution) {
    this.mirror = mirror;
    this.imageSubstitution = imageSubstitution;
  }

  /**
   * Renders the script. It runs in a subshell, to keep its variables from the build; only the path
   * of the source policy is exported to the commands that follow.
   */
  String render(List<MirroredImage> mirroredImages) {
    return """
    %s
    if pull_rescue=$(mktemp -d); then (
    folder=$pull_rescue registry='%s' region='%s'
    %s
    %s%s
    log_out_of_mirror
    ) || true; fi
    if test -s "$pull_rescue/policy.json" && test -z "${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-}"; then
      export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY="$pull_rescue/policy.json"
    fi\
    """
        .formatted(
            Buildspec.SUBSTITUTION_MARKER,
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
        if start_mirror %s; then docker_hub=use_mirror; else docker_hub=pull_and_tag; fi
        """
            .formatted(MIRROR_SERVER, String.join(" ", serverArguments));
  }

  /** Docker uses registry mirrors only for images of Docker Hub. */
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
            isServedByMirror(mirroredImage) ? "\"$docker_hub\"" : "pull_and_tag",
            image.name(),
            image.tag() == null ? "" : image.tag(),
            mirroredImage.digest(),
            mirroredImage.mirrorReference().name(),
            image.digest() == null ? "" : "pinned");
  }

  /** Reads a resource without its comments: CodeBuild limits the length of a buildspec. */
  private static String loadResource(String name) {
    try (var stream =
        Objects.requireNonNull(ImageSubstitutionScript.class.getResourceAsStream(name), name)) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return COMMENT_LINE.matcher(text).replaceAll("");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
