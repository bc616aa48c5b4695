# Reads what the account has before a deployment, and completes the settings. To be sourced, after resources.sh.
# shellcheck shell=bash disable=SC2154

# is_set NAME: whether the settings of this deployment, an array of options, have the setting.
is_set() {
  local option
  for option in ${settings[@]+"${settings[@]}"}; do
    [[ $option != "$1"=* ]] || return 0
    [[ ! -r $option ]] || ! grep -q "^$1 *:" "$option" || return 0
  done
  return 1
}

# keep_mirror_prefix: an installation keeps the names of its repositories. One without the output is older than the
# setting, and its repositories have no prefix of their own.
keep_mirror_prefix() {
  local prefix
  ! is_set mirrorPrefix && stack_exists || return 0
  prefix=$(stack_output "OutputKey=='MirrorPrefix'") || fail "the outputs of the stack cannot be read; nothing was changed"
  [[ -n $prefix && $prefix != None ]] || prefix=none
  settings+=(-c "mirrorPrefix=$prefix")
}

# The prefixes of the account's pull-through cache rules, one a line. The rule ROOT is for all repositories that no other
# rule covers: it has no prefix to which permissions could be limited.
cache_rules() {
  aws ecr describe-pull-through-cache-rules --output text \
    --query "pullThroughCacheRules[?ecrRepositoryPrefix!='ROOT'].[ecrRepositoryPrefix]"
}

# use_cache_rules: lets images be copied through the account's rules.
use_cache_rules() {
  local rules
  ! is_set pullThroughCachePrefixes || return 0
  rules=$(cache_rules) || fail "the pull-through cache rules cannot be read: set pullThroughCachePrefixes, to nothing or to the prefixes of rules"
  [[ -z $rules ]] || settings+=(-c "pullThroughCachePrefixes=$(tr '\n' ',' <<<"$rules" | sed 's/,*$//')")
}

# template_output NAME: the value of an output of the synthesized template.
template_output() {
  sed -n "/\"$1\" *: *{/,/}/s/.*\"Value\" *: *\"\(.*\)\".*/\1/p" "$assembly"/*.template.json
}

# report_cache_rules: says which rules own repositories of the mirror.
report_cache_rules() {
  local rules rule prefix
  rules=$(cache_rules) || return 0
  for rule in $rules; do
    for prefix in $(template_output MirrorRepositories | tr ',' ' '); do
      [[ $prefix/ != "$rule"/* ]] || echo "The pull-through cache rule $rule owns the mirror's repositories $prefix/*: no new image is mirrored there.
Deploy with -c mirrorPrefix=pull-rescue, or another prefix that no rule has. Mirrored images are then copied again when they are needed."
    done
  done
}

# report_concurrency: says whether Lambda may run all functions at the same time.
report_concurrency() {
  local limit most
  limit=$(aws lambda get-account-settings --query AccountLimit.UnreservedConcurrentExecutions --output text) ||
    { echo "The concurrency of Lambda cannot be read: check that this account may run at least ten functions at the same time."; return; }
  most=$(sed -n 's/.*"MaximumConcurrency" *: *\([0-9]*\).*/\1/p' "$assembly"/*.template.json | awk '{ sum += $1 } END { print sum }')
  # One more, for pull-rescue-manual or pull-rescue-refresh.
  ((limit > most)) || echo "Lambda runs at most $limit functions of this account at the same time, and pull-rescue needs up to $((most + 1)): what is
throttled is delivered again, five times at most. Deploy with a lower maxConcurrentCopies, or request a higher quota:
https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384"
}
