set +e
rules=
if ! docker info >/dev/null 2>&1; then
  echo 'pull-rescue: no docker daemon answers yet; the build goes on without the copies'
  exit
fi
password=$(aws ecr get-login-password --region "$region" 2>/dev/null)
printf %s "$password" | docker login --username AWS --password-stdin "$registry" >/dev/null 2>&1 ||
  echo 'pull-rescue: cannot log in to the mirror; the role of this build needs ecr:GetAuthorizationToken'

# In front of docker, so that it finds the copies under every name that the build asks for.
mirror() { # IMAGE=COPY...
  printf %s "$password" | python3 "$folder/mirror.py" "$registry" "$@" 2>/dev/null
}
served() { # NAME TAG DIGEST COPY PINNED
  echo "pull-rescue: $1${2:+:$2} comes from $4@$3"
  convert "$1@$3" "$4@$3"
  test -z "$2" || convert "$1:$2" "$4@$3"
  test -z "$2" || convert "$1:$2@$3" "$4@$3"
}
# With the operator's secret: the images then come from Docker Hub itself.
log_in() {
  if printf %s "${PULL_RESCUE_PASSWORD:-}" | docker login --username "${PULL_RESCUE_USERNAME:-}" --password-stdin >/dev/null 2>&1; then
    echo 'pull-rescue: logged in to Docker Hub'
  else
    echo 'pull-rescue: Docker Hub does not take the login of the secret; the build goes on without it'
  fi
}
# Under its names on this docker host. A pin is pulled once more, by its own name: its bytes are there by then, so that costs no
# quota, and docker knows the name afterwards; it refuses to tag one that holds a digest.
pulled() { # NAME TAG DIGEST COPY PINNED
  if docker pull --quiet "$4@$3" >/dev/null; then
    test -z "$2" || docker tag "$4@$3" "$1:$2"
    test -z "$5" || docker pull --quiet "$1@$3" >/dev/null 2>&1
    served "$@"
  else
    echo "pull-rescue: no copy of $1${2:+:$2} could be pulled; the build goes on without it"
  fi
}
# For buildx, which finds its images neither in docker nor by its mirrors where its builder is a container.
convert() { # NAME COPY
  rules="${rules:+$rules,}{\"action\":\"CONVERT\",\"selector\":{\"identifier\":\"docker-image://$1\",\"matchType\":\"EXACT\"},\"updates\":{\"identifier\":\"docker-image://$2\"}}"
  printf '{"rules":[%s]}\n' "$rules" >"$folder/policy.json"
}
