set +e
rules=
if ! docker info >/dev/null 2>&1; then
  echo 'pull-rescue: no Docker daemon is running yet; the build continues without the mirrored images'
  exit
fi
password=$(aws ecr get-login-password --region "$region" 2>/dev/null)

# Logs in to the mirror. The token is in Docker's configuration file then, which caches and artifacts may contain.
log_in_to_mirror() {
  test -z "${is_logged_in:-}" || return 0
  grep -qs "$registry" "${DOCKER_CONFIG:-$HOME/.docker}/config.json" && had_login=yes
  printf %s "$password" | docker login --username AWS --password-stdin "$registry" >/dev/null 2>&1 ||
    echo 'pull-rescue: cannot log in to the mirror; the role of this build needs ecr:GetAuthorizationToken'
  is_logged_in=yes
}
# Logs out again, unless buildx needs the login for the images of the source policy, or the build had one before.
log_out_of_mirror() {
  test -z "${is_logged_in:-}" || test -n "$buildx${had_login:-}" || docker logout "$registry" >/dev/null 2>&1
}
buildx=$(docker buildx version 2>/dev/null)
test -z "$buildx" || log_in_to_mirror

# Starts a registry mirror for Docker on 127.0.0.1, which serves the images under every name that the build uses.
start_mirror() { # IMAGE=MIRRORED_IMAGE...
  printf %s "$password" | python3 "$folder/mirror.py" "$registry" "$@" 2>/dev/null
}
use_mirror() { # NAME TAG DIGEST MIRROR_NAME PINNED
  echo "pull-rescue: $1${2:+:$2} comes from $4@$3"
  add_rule "$1@$3" "$4@$3"
  test -z "$2" || add_rule "$1:$2" "$4@$3"
  test -z "$2" || add_rule "$1:$2@$3" "$4@$3"
}
# Logs in with the operator's credentials, so that the images are pulled from Docker Hub itself.
log_in() {
  if printf %s "${PULL_RESCUE_PASSWORD:-}" | docker login --username "${PULL_RESCUE_USERNAME:-}" --password-stdin >/dev/null 2>&1; then
    echo 'pull-rescue: logged in to Docker Hub'
  else
    echo 'pull-rescue: Docker Hub rejected the credentials; the build continues without them'
  fi
}
# Pulls the image from the mirror and tags it. A pinned image is pulled by its own name too, because docker tag does not accept a
# digest; its layers exist by then, so the second pull does not count towards the rate limit.
pull_and_tag() { # NAME TAG DIGEST MIRROR_NAME PINNED
  log_in_to_mirror
  if docker pull --quiet "$4@$3" >/dev/null; then
    test -z "$2" || docker tag "$4@$3" "$1:$2"
    test -z "$5" || docker pull --quiet "$1@$3" >/dev/null 2>&1
    use_mirror "$@"
  else
    echo "pull-rescue: the mirrored image of $1${2:+:$2} could not be pulled; the build continues without it"
  fi
}
# Adds a rule for buildx builders in containers, which use neither Docker's images nor its registry mirrors.
add_rule() { # NAME MIRRORED_IMAGE
  rules="${rules:+$rules,}{\"action\":\"CONVERT\",\"selector\":{\"identifier\":\"docker-image://$1\",\"matchType\":\"EXACT\"},\"updates\":{\"identifier\":\"docker-image://$2\"}}"
  printf '{"rules":[%s]}\n' "$rules" >"$folder/policy.json"
}
