# Makes Docker find each mirrored image under the name that the build uses. It runs as a file of its own, with any POSIX shell.
folder=${0%/*}
rules=
say() { echo "pull-rescue: $*" >&2; }

# The daemon of a custom image starts later, by a command of the build. Then a script that stands before the client on the PATH
# runs this file again, before the first command that may pull. What only asks whether the daemon runs is often given a few seconds.
wait_for_daemon() {
  if test -e "$folder/bin"; then
    exit
  elif ! command -v docker >/dev/null; then
    say 'there is no docker command yet; the build continues without the mirrored images'
    exit
  fi
  mkdir "$folder/bin"
  cat >"$folder/bin/docker" <<'END_OF_CLIENT'
#!/bin/sh
folder=${0%/bin/*}
PATH=$(echo ":$PATH:" | sed "s|:$folder/bin:|:|g;s|^:||;s|:\$||")
case ${1:-help} in
help | info | version | ps | images | system | network | volume | -v | --version) ;;
*)
  if test ! -e "$folder/done" && docker info >/dev/null 2>&1 </dev/null; then
    if mkdir "$folder/lock" 2>/dev/null; then
      sh "$folder/start" </dev/null >&2
      : >"$folder/done"
    fi
    seconds=0
    while test ! -e "$folder/done" && test "$seconds" -lt 300; do
      sleep 1
      seconds=$((seconds + 1))
    done
  fi
  ;;
esac
if test -s "$folder/policy.json"; then
  export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY="${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-$folder/policy.json}"
fi
exec "${0##*/}" "$@"
END_OF_CLIENT
  chmod +x "$folder/bin/docker"
  ! command -v docker-compose >/dev/null || ln -s docker "$folder/bin/docker-compose"
  say 'no Docker daemon is running yet; the mirrored images are substituted when one runs'
  exit
}
docker info >/dev/null 2>&1 || wait_for_daemon
buildx=$(docker buildx version 2>/dev/null)

# Sends a request: GET, or POST if there is a body.
fetch() { # URL BODY HEADER...
  url=$1 body=$2
  shift 2
  for header; do
    shift
    set -- "$@" --header "$header"
  done
  if command -v curl >/dev/null; then
    curl --silent --fail --max-time 30 ${body:+--data "$body"} "$@" "$url"
  elif command -v wget >/dev/null; then
    wget -q -T 30 -O - ${body:+--post-data "$body"} "$@" "$url"
  elif command -v python3 >/dev/null; then
    python3 -c '
from sys import argv
from urllib.request import Request, urlopen
headers = dict(header.split(": ", 1) for header in argv[4::2])
print(urlopen(Request(argv[1], argv[2].encode() or None, headers), timeout=30).read().decode())' "$url" "$body" "$@" 2>/dev/null
  else
    say 'the image has none of the AWS CLI, curl, wget and python3, and one of them is needed to log in to Amazon ECR; install one in it'
    return 1
  fi
}
member() { # NAME
  printf '%s\n' "$json" | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}
sha256() { sha256sum | cut -c 1-64; }
# Prints the bytes that hexadecimal digits stand for, each XORed with a number.
bytes() { # DIGITS NUMBER
  digits=$1
  while test -n "$digits"; do
    rest=${digits#??}
    printf %b "\\0$(printf %o $((0x${digits%"$rest"} ^ $2)))"
    digits=$rest
  done
}
# Prints the HMAC-SHA256 of a text; it and the key, of at most 64 bytes, are hexadecimal.
hmac() { # KEY TEXT
  key=$(printf '%s%0128d' "$1" 0 | cut -c 1-128)
  { bytes "$key" 92 && bytes "$({ bytes "$key" 54 && printf %s "$2"; } | sha256)" 0; } | sha256
}
# Requests the password for the mirror from Amazon ECR with a signed request, for images without the AWS CLI.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
request_password() {
  for tool in sha256sum od base64; do
    command -v "$tool" >/dev/null || { say "the image has neither the AWS CLI nor $tool, which a login to Amazon ECR needs; install one in it"; return; }
  done
  id=${AWS_ACCESS_KEY_ID:-} secret=${AWS_SECRET_ACCESS_KEY:-} session=${AWS_SESSION_TOKEN:-}
  if test -z "$id"; then
    url=${AWS_CONTAINER_CREDENTIALS_FULL_URI:-}
    test -z "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:-}" || url=http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    test -n "$url" || { say 'the build has no AWS credentials in its environment, so it cannot log in to Amazon ECR'; return; }
    json=$(fetch "$url" '' ${AWS_CONTAINER_AUTHORIZATION_TOKEN:+"Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN"}) ||
      { say 'the AWS credentials of the build could not be read, so it cannot log in to Amazon ECR'; return; }
    id=$(member AccessKeyId) secret=$(member SecretAccessKey) session=$(member Token)
  fi
  endpoint=${AWS_ENDPOINT_URL_ECR:-${AWS_ENDPOINT_URL:-https://api.${registry#*.dkr.}}}
  target=AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken
  type=application/x-amz-json-1.1
  now=$(date -u +%Y%m%dT%H%M%SZ)
  scope=${now%T*}/$region/ecr/aws4_request
  names="content-type;host;x-amz-date;${session:+x-amz-security-token;}x-amz-target"
  canonical=$(printf '%s\n' POST / '' "content-type:$type" "host:${endpoint#*://}" "x-amz-date:$now" \
    ${session:+"x-amz-security-token:$session"} "x-amz-target:$target" '' "$names" "$(printf '{}' | sha256)")
  key=$(printf %s "AWS4$secret" | od -An -v -tx1 | tr -d ' \n')
  for part in "${now%T*}" "$region" ecr aws4_request; do
    key=$(hmac "$key" "$part")
  done
  signature=$(hmac "$key" "$(printf '%s\n' AWS4-HMAC-SHA256 "$now" "$scope" "$(printf %s "$canonical" | sha256)")")
  json=$(fetch "$endpoint/" '{}' "Authorization: AWS4-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=$names, Signature=$signature" \
    "Content-Type: $type" "X-Amz-Date: $now" ${session:+"X-Amz-Security-Token: $session"} "X-Amz-Target: $target")
  member authorizationToken | base64 -d | sed 's/^AWS://'
}
# Sets the password for the mirror, once.
get_password() {
  test -z "${has_password:-}" || return 0
  password=$(aws ecr get-login-password --region "$region" 2>/dev/null) || password=
  test -n "$password" || password=$(request_password)
  has_password=yes
}
# Logs in to the mirror. The token is in Docker's configuration file then, which caches and artifacts may contain.
log_in_to_mirror() {
  test -z "${is_logged_in:-}" || return 0
  get_password
  grep -qs "$registry" "${DOCKER_CONFIG:-$HOME/.docker}/config.json" && had_login=yes
  printf %s "$password" | docker login --username AWS --password-stdin "$registry" >/dev/null 2>&1 ||
    say 'cannot log in to the mirror; the role of this build needs ecr:GetAuthorizationToken'
  is_logged_in=yes
}
# Logs out again, unless buildx needs the login for the images of the source policy, or the build had one before.
log_out_of_mirror() {
  test -z "${is_logged_in:-}" || test -n "$buildx${had_login:-}" || docker logout "$registry" >/dev/null 2>&1
}

# Chooses how the images are substituted. A Docker server keeps its images for weeks, so nothing is tagged there: later builds would
# use the tags.
# https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-server.html
substitute=pull_and_tag
host=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) || host=${DOCKER_HOST:-}
case $host in
tcp://127.* | tcp://localhost* | 'tcp://[::1]'*) ;;
tcp:* | ssh:* | http*)
  substitute=use_mirror_remotely
  say 'the Docker daemon is on another machine, which keeps tags for later builds; only commands of buildx use the mirrored images'
  ;;
esac

# Starts a registry mirror for Docker on 127.0.0.1, which serves the images under every name that the build uses.
start_mirror() { # IMAGE=MIRRORED_IMAGE...
  test "$substitute" = pull_and_tag || return
  command -v python3 >/dev/null || { say 'the image has no python3 for a registry mirror, so the images are pulled and tagged'; return 1; }
  get_password
  printf %s "$password" | python3 "$folder/mirror.py" "$registry" "$@" 2>/dev/null
}
use_mirror() { # NAME TAG DIGEST MIRROR_NAME PINNED
  test -z "$buildx" || log_in_to_mirror
  say "$1${2:+:$2} comes from $4@$3"
  add_rule "$1@$3" "$4@$3"
  test -z "$2" || add_rule "$1:$2" "$4@$3"
  test -z "$2" || add_rule "$1:$2@$3" "$4@$3"
}
use_mirror_remotely() { # NAME TAG DIGEST MIRROR_NAME PINNED
  log_in_to_mirror
  if test -n "$buildx" && docker buildx imagetools inspect "$4@$3" >/dev/null 2>&1; then
    use_mirror "$@"
  else
    say "$1${2:+:$2} is not substituted; it needs buildx, and a role that may pull from the mirror"
  fi
}
# Logs in with the operator's credentials, so that the images are pulled from Docker Hub itself.
log_in() {
  if printf %s "${PULL_RESCUE_PASSWORD:-}" | docker login --username "${PULL_RESCUE_USERNAME:-}" --password-stdin >/dev/null 2>&1; then
    say 'logged in to Docker Hub'
  else
    say 'Docker Hub rejected the credentials; the build continues without them'
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
    say "the mirrored image of $1${2:+:$2} could not be pulled; the build continues without it"
  fi
}
# Adds a rule for buildx builders in containers, which use neither Docker's images nor its registry mirrors.
add_rule() { # NAME MIRRORED_IMAGE
  rules="${rules:+$rules,}{\"action\":\"CONVERT\",\"selector\":{\"identifier\":\"docker-image://$1\",\"matchType\":\"EXACT\"},\"updates\":{\"identifier\":\"docker-image://$2\"}}"
  printf '{"rules":[%s]}\n' "$rules" >"$folder/policy.json"
}
