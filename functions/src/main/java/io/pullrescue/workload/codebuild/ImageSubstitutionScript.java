package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Renders the command that a retried build runs first, or first in the phase that failed.
 *
 * <p>Its script makes Docker find each mirrored image under the name that the build uses. A step
 * that fails prints a message, and the build continues without it. The code is in {@code
 * substitute_images.sh} and {@code registry_mirror.py}. Only parsed references are inserted here,
 * whose grammar allows neither quotes nor blanks.
 */
final class ImageSubstitutionScript {
  private static final Pattern COMMENT =
      Pattern.compile("(?m)^ *+(?:#(?!!).*|\"\"\"[^\"]++\"\"\")\\R");
  private static final String SHELL_FUNCTIONS = loadResource("substitute_images.sh");
  private static final String MIRROR_SERVER = loadResource("registry_mirror.py");

  private final MirrorNaming mirror;
  private final ImageSubstitution imageSubstitution;

  ImageSubstitutionScript(MirrorNaming mirror, ImageSubstitution imageSubstitution) {
    this.mirror = mirror;
    this.imageSubstitution = imageSubstitution;
  }

  /**
   * Renders the command in several ways, the shortest last: as text that people can read;
   * compressed, which needs gzip and base64 in the build; without the registry mirror; and, if the
   * images can be substituted by tags alone, as few lines that need the AWS CLI.
   */
  Stream<String> render(List<MirroredImage> mirroredImages) {
    var tagScript =
        imageSubstitution == ImageSubstitution.MIRROR
            ? new ImageSubstitutionScript(mirror, ImageSubstitution.TAG)
            : this;
    return Stream.concat(
        Stream.of(
                renderCommand(
                    """
                    cat >"$pull_rescue/start" <<'END_OF_SCRIPT'
                    %s
                    END_OF_SCRIPT
                    sh "$pull_rescue/start" </dev/null || true\
                    """
                        .formatted(renderScript(mirroredImages))),
                renderCompressed(mirroredImages),
                tagScript.renderCompressed(mirroredImages))
            .distinct(),
        renderTagCommand(mirroredImages).stream());
  }

  private String renderCompressed(List<MirroredImage> mirroredImages) {
    return renderCommand(
        """
        if printf %%s '%s' | base64 -d | gzip -dc >"$pull_rescue/start"; then
        sh "$pull_rescue/start" </dev/null || true
        else
        echo 'pull-rescue: the image has no base64 or gzip; the build continues without the mirrored images'
        fi\
        """
            .formatted(compress(renderScript(mirroredImages))));
  }

  /**
   * Renders the frame of the command. The script is a file that runs in a process of its own, to
   * keep its variables from the build, and because it may run once more when a daemon has started.
   */
  private static String renderCommand(String start) {
    return """
    %s
    if pull_rescue=$(mktemp -d); then
    %s
    if test -d "$pull_rescue/bin"; then export PATH="$pull_rescue/bin:$PATH"; fi
    if test -s "$pull_rescue/policy.json" && test -z "${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-}"; then
    export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY="$pull_rescue/policy.json"
    fi
    else echo 'pull-rescue: no temporary folder could be created; the build continues without the mirrored images'; fi\
    """
        .formatted(Buildspec.SUBSTITUTION_MARKER, start);
  }

  private String renderScript(List<MirroredImage> mirroredImages) {
    return """
    registry='%s' region='%s'
    %s%s%s
    log_out_of_mirror\
    """
        .formatted(
            mirror.registry(),
            mirror.region(),
            SHELL_FUNCTIONS,
            renderServer(mirroredImages),
            renderCalls(mirroredImages));
  }

  /** Images that are pulled by digest cannot be tagged. */
  private Optional<String> renderTagCommand(List<MirroredImage> mirroredImages) {
    if (mirroredImages.stream().anyMatch(image -> image.image().digest() != null)) {
      return Optional.empty();
    }
    var images =
        mirroredImages.stream()
            .filter(this::isSubstituted)
            .map(image ->
                "\nt %s@%s %s"
                    .formatted(image.mirrorReference().repository(), image.digest(), image.image()))
            .collect(Collectors.joining());
    var login =
        mirroredImages.stream().allMatch(this::isSubstituted)
            ? ""
            : "\nprintf %s \"$PULL_RESCUE_PASSWORD\"|docker login -u \"$PULL_RESCUE_USERNAME\" --password-stdin";
    var tags =
        images.isEmpty()
            ? ""
            : "\nr=%s\naws ecr get-login-password --region %s|docker login -u AWS --password-stdin $r\nt(){ docker pull -q $r/$1&&docker tag $r/$1 $2||echo pull-rescue: $2 is not substituted;}"
                .formatted(mirror.registry(), mirror.region());
    return Optional.of(
        Buildspec.SUBSTITUTION_MARKER + "\n(set +e" + login + tags + images + ")||:");
  }

  private static String compress(String script) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      gzip.write(script.getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
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
        if start_mirror %s; then docker_hub=use_mirror; else docker_hub=$substitute; fi
        """
            .formatted(MIRROR_SERVER, String.join(" ", serverArguments));
  }

  /** Docker uses registry mirrors only for images of Docker Hub. */
  private boolean isServedByMirror(MirroredImage mirroredImage) {
    return imageSubstitution == ImageSubstitution.MIRROR && isDockerHubImage(mirroredImage);
  }

  /** With credentials, the images of Docker Hub are pulled from there. */
  private boolean isSubstituted(MirroredImage mirroredImage) {
    return imageSubstitution != ImageSubstitution.LOGIN || !isDockerHubImage(mirroredImage);
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
        .filter(this::isSubstituted)
        .map(this::renderCall)
        .collect(Collectors.joining("\n"));
  }

  private String renderCall(MirroredImage mirroredImage) {
    var image = mirroredImage.image();
    return "%s '%s' '%s' '%s' '%s' '%s'"
        .formatted(
            isServedByMirror(mirroredImage) ? "\"$docker_hub\"" : "\"$substitute\"",
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
      return COMMENT.matcher(text).replaceAll("");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
