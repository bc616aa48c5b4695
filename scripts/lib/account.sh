# Finds out which account and region a command works on, and asks before changes. To be sourced, after options.sh.
# Sets account and region; reads yes.
# shellcheck shell=bash disable=SC2034,SC2154

command -v aws >/dev/null || fail "aws is missing: install the AWS CLI"

# Output of version 2 of the AWS CLI would otherwise go through a pager.
export AWS_PAGER=

region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
[[ -n $region ]] || fail "no region is configured: use --region NAME or set AWS_REGION"
export AWS_REGION=$region AWS_DEFAULT_REGION=$region

account=$(aws sts get-caller-identity --query Account --output text 2>&1) ||
  fail "no access to an AWS account ($(printf '%s\n' "$account" | tail -n 1)): use --profile NAME or configure credentials first"

# Asks a question; ends the command unless the answer is yes.
confirm() {
  [[ -z $yes ]] || return 0
  [[ -t 0 ]] || fail "cannot ask \"$1\" without a terminal: use --yes"
  local answer
  read -r -p "$1 [y/N] " answer || true
  [[ $answer == [yY]* ]] || fail "nothing was changed"
}
