package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
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
        if docker pull --quiet "$2" >/dev/null && docker tag "$2" "$1"; then
          echo "pull-rescue: $1 comes from $2"
          docker pull --quiet "$3" >/dev/null 2>&1 || true
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
   * The third name is the original by digest. Its bytes are there by now, so asking for it costs a
   * HEAD and no quota; BuildKit then knows digest pins of the original name as well.
   */
  private static String call(Copy copy) {
    var original = tagged(copy.image());
    var pinned = copy.image().name() + "@" + copy.digest();
    return "  pull_rescue '%s' '%s' '%s'".formatted(original, copy.copy(), pinned);
  }

  /** docker refuses to tag a name that holds a digest. */
  private static String tagged(ImageReference image) {
    return new ImageReference(image.registry(), image.repository(), image.tag(), null).toString();
  }
}
