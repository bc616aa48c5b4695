# Finds the roles of builds that may not pull from the mirror. To be sourced, after resources.sh.
# shellcheck shell=bash disable=SC2154

# The ARNs of the service roles of privileged projects, whose commands can pull, one a line.
pulling_roles() {
  local names
  names=$(aws codebuild list-projects --query 'projects[].[@]' --output text) || return
  [[ -n $names ]] || return 0
  xargs -n 100 aws codebuild batch-get-projects --output text \
    --query 'projects[?environment.privilegedMode].[serviceRole]' --names <<<"$names" | sort -u
}

# may_pull ROLE REPOSITORY: prints yes, no, or nothing if IAM does not tell. With pullFromAccount the repositories themselves
# allow pulls, and only the token needs a policy of the role.
may_pull() {
  local token image
  token=$(simulate "$1" ecr:GetAuthorizationToken "*") || return 0
  image=$(simulate "$1" ecr:BatchGetImage "$2") || return 0
  [[ $image != implicitDeny || $pulls_from_account != true ]] || image=allowed
  if [[ $token == allowed && $image == allowed ]]; then echo yes; else echo no; fi
}

# simulate ROLE ACTION RESOURCE
simulate() {
  aws iam simulate-principal-policy --policy-source-arn "$1" --action-names "$2" --resource-arns "$3" \
    --query 'EvaluationResults[0].EvalDecision' --output text 2>/dev/null
}

# report_roles POLICY: names the roles that need the policy, with the command for each.
report_roles() {
  local roles role answer repository pulls_from_account unknown=0
  roles=$(pulling_roles) || { echo "   The projects cannot be listed, so that their roles were not checked."; return; }
  pulls_from_account=$(stack_output "OutputKey=='PullFromAccount'")
  repository=$(stack_output "OutputKey=='MirrorRepositories'")
  repository=arn:$(cut -d : -f 2 <<<"$1"):ecr:$region:$account:repository/${repository%%,*}/image
  for role in $roles; do
    answer=$(may_pull "$role" "$repository")
    case $answer in
      yes) ;;
      no) echo "   aws iam attach-role-policy${AWS_PROFILE:+ --profile $AWS_PROFILE} --policy-arn $1 --role-name ${role##*/}" ;;
      *) unknown=$((unknown + 1)) ;;
    esac
  done
  ((unknown == 0)) || echo "   IAM does not tell about $unknown role(s) of privileged projects: check them yourself."
}
