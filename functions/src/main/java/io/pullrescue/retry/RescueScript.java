package io.pullrescue.retry;

import io.pullrescue.replication.Mirror;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The commands that a retried build runs first, as one POSIX shell command.
 *
 * <p>They put each copy under the name that the build will ask for: {@code FROM}, {@code docker
 * run} and {@code docker pull} find it there. Each step fails softly; the build then goes on as it
 * would have. Only parsed references are written into it, whose grammar has no quote and no blank.
 */
final class RescueScript {
  /** The first word of the script, by which a later attempt finds and replaces it. */
  static final String MARK = ": pull-rescue";

  private RescueScript() {}

  /** The script for these copies, which all lie in this mirror. */
  static String of(Mirror mirror, List<Copy> copies) {
    return """
    %s
    if docker info >/dev/null 2>&1; then
      aws ecr get-login-password --region '%s' | docker login --username AWS --password-stdin '%s' >/dev/null 2>&1 || echo 'pull-rescue: cannot log in to the mirror; the role of this build needs ecr:GetAuthorizationToken'
      pull_rescue() {
        if docker pull --quiet "$2" >/dev/null; then
          echo "pull-rescue: $1 comes from $2"
          test -z "$3" || docker tag "$2" "$3" || true
          test -z "$4" || docker pull --quiet "$4" >/dev/null 2>&1 || true
        else
          echo "pull-rescue: no copy of $1 could be pulled; the build goes on without it"
        fi
      }
    %s
    else
      echo 'pull-rescue: no docker daemon answers yet; the build goes on without the copies'
    fi\
    """
        .formatted(MARK, mirror.region(), mirror.registry(), calls(copies));
  }

  private static String calls(List<Copy> copies) {
    return copies.stream().map(RescueScript::call).collect(Collectors.joining("\n"));
  }

  /**
   * The copy gets the name with the tag; docker refuses to tag a name that holds a digest. An image
   * that was asked for by digest is asked for once more, by digest alone: its bytes are there by
   * then, so it costs no quota, and BuildKit knows the pin afterwards. Docker 20.10 does not get
   * that far with an OCI index: its HEAD by digest accepts none, and is answered with 404.
   */
  private static String call(Copy copy) {
    var image = copy.image();
    var tagged = image.tag() == null ? "" : image.name() + ":" + image.tag();
    var pinned = image.digest() == null ? "" : image.name() + "@" + image.digest();
    return "  pull_rescue '%s' '%s' '%s' '%s'".formatted(image, copy.copy(), tagged, pinned);
  }
}
