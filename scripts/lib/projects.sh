# Finds CodeBuild projects that pull-rescue has changed, and restores them. To be sourced, after account.sh.
# shellcheck shell=bash disable=SC2154

# The names of the projects that contain a change (the setting projectUpdates), one a line.
changed_projects() {
  local names
  names=$(aws codebuild list-projects --query 'projects[].[@]' --output text) || return
  [[ -n $names ]] || return 0
  xargs -n 100 aws codebuild batch-get-projects --output text --query \
    "projects[?environment.environmentVariables[?starts_with(name, 'PULL_RESCUE_ORIGINAL_')]].[name]" --names <<<"$names"
}

# restore_project NAME: takes the change out of a project, except what somebody has changed since.
restore_project() {
  local project input
  project=$(aws codebuild batch-get-projects --names "$1" --query 'projects[0]' --output json) ||
    fail "the project $1 cannot be read; it was not restored"
  input=$("$root/scripts/pull-rescue" restore-project <<<"$project") || fail "the project $1 was not restored"
  [[ -n $input ]] || return 0
  aws codebuild update-project --cli-input-json "$input" >/dev/null || fail "the project $1 was not restored"
  echo "restored the project $1"
}

# restore_projects NAMES
restore_projects() {
  local name
  for name in $1; do
    restore_project "$name"
  done
}
