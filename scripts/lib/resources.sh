# Finds the resources of the deployed stack. To be sourced, after account.sh.
# shellcheck shell=bash disable=SC2154

stack_exists() {
  local answer
  answer=$(aws cloudformation describe-stacks --stack-name pull-rescue --query 'Stacks[0].StackStatus' --output text 2>&1) && return 0
  [[ $answer == *"does not exist"* ]] ||
    fail "the stack pull-rescue cannot be read in account $account, region $region: $(printf '%s\n' "$answer" | tail -n 1)"
  return 1
}

require_stack() {
  stack_exists || fail "there is no stack pull-rescue in account $account, region $region: use --region or --profile for another one"
}

# stack_output CONDITION: the value of the output whose OutputKey fulfils the JMESPath condition.
stack_output() {
  aws cloudformation describe-stacks --stack-name pull-rescue --query "Stacks[0].Outputs[?$1].OutputValue" --output text
}

# resources_of TYPE [CONDITION]: the physical ids of the stack's resources of a type.
resources_of() {
  aws cloudformation list-stack-resources --stack-name pull-rescue --output text \
    --query "StackResourceSummaries[?ResourceType=='$1'${2:+ && $2}].[PhysicalResourceId]"
}

# The names of the rules that start work. That of the record starts none, and always stays enabled.
rules() {
  local all rule
  all=$(resources_of AWS::Events::Rule "!starts_with(LogicalResourceId, 'MonitoringRecord')") || return
  for rule in $all; do
    # The id is the rule's name, or its ARN.
    echo "${rule##*/}"
  done
}

event_source_mappings() {
  resources_of AWS::Lambda::EventSourceMapping
}
