# Command line handling of all commands. To be sourced.
# shellcheck shell=bash disable=SC2034

# Prints the comment at the top of the command, which is its help.
print_help() {
  awk 'NR == 1 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"
}

# Ends with 1: the arguments are valid, but the work cannot be done.
fail() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# Ends with 2: the arguments are not valid.
reject() {
  echo "${0##*/}: $1; see $0 --help" >&2
  exit 2
}

# require_value OPTION COUNT: rejects an option at the end of the COUNT arguments that start with it.
require_value() {
  (($2 > 1)) || reject "$1 needs a value"
}

# Takes the options that all commands for an account have out of the arguments. Sets yes and rest, an array.
account_options() {
  yes=
  rest=()
  while (($#)); do
    case $1 in
      -h | --help)
        print_help
        cat <<'HELP'

  --yes            answer all questions with yes
  --profile NAME   the profile of the AWS CLI to use
  --region NAME    the AWS region; by default AWS_REGION, or that of the profile
HELP
        exit
        ;;
      --yes) yes=1; shift ;;
      --profile)
        require_value "$1" $#
        export AWS_PROFILE=$2
        # These would take precedence over the profile.
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
        shift 2
        ;;
      --region)
        require_value "$1" $#
        export AWS_REGION=$2 AWS_DEFAULT_REGION=$2
        shift 2
        ;;
      *) rest+=("$1"); shift ;;
    esac
  done
}

# Rejects arguments that are left where a command takes none.
reject_arguments() {
  (($# == 0)) || reject "unknown argument '$1'"
}
