# Prints what a person has to do after a deployment. To be sourced, after resources.sh and roles.sh.
# shellcheck shell=bash disable=SC2154

is_disabled() {
  local rule
  for rule in $(rules); do
    [[ $(aws events describe-rule --name "$rule" --query State --output text) != DISABLED ]] || return 0
  done
  return 1
}

print_next_steps() {
  local options="--region $region${AWS_PROFILE:+ --profile $AWS_PROFILE}" policy function_name topic subscriptions address arn roles step=0
  next() { step=$((step + 1)); printf '%s. %s\n' "$step" "$1"; }
  policy=$(resources_of AWS::IAM::ManagedPolicy)
  function_name=$(stack_output "ends_with(OutputKey, 'FunctionName')")
  subscriptions=$(for topic in $(resources_of AWS::SNS::Topic); do
    aws sns list-subscriptions-by-topic --topic-arn "$topic" --output text \
      --query "Subscriptions[?Protocol=='email'].[Endpoint, SubscriptionArn]"
  done)

  echo
  echo "pull-rescue is deployed in account $account, region $region. Next:"
  [[ -n $subscriptions ]] || next "No notifications are sent by mail. To change that, deploy with -c notificationEmail=ADDRESS."
  while read -r address arn; do
    [[ $arn != *ending* ]] || next "Confirm the mail that AWS has sent to $address: notifications are sent only after that."
  done <<<"$subscriptions"
  next "Attach the pull policy to the roles of builds whose commands pull images (docker build, docker pull), and to the
   execution roles of tasks and jobs. The image that a CodeBuild project runs in needs no policy.
   aws iam attach-role-policy${AWS_PROFILE:+ --profile $AWS_PROFILE} --policy-arn $policy --role-name ROLE"
  roles=$(report_roles "$policy")
  [[ -z $roles ]] || next "Roles of privileged CodeBuild projects that may not pull from the mirror, so that retries are skipped:
$roles"
  next "Try it. This mirrors ruby:2.7 and prints the result:
   aws lambda invoke $options --function-name $function_name --cli-read-timeout 0 --payload 'fileb://$root/events/manual/image.json' /dev/stdout"
  if is_disabled; then
    next "pull-rescue is still disabled, and a deployment does not change that: scripts/enable $options"
  fi
}
