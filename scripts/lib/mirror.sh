# Finds the mirror's repositories, and what runs from them. To be sourced, after account.sh.
# shellcheck shell=bash disable=SC2154

# The names of the repositories that pull-rescue created. Other repositories may have names like theirs, but not the tag.
mirror_repositories() {
  local repositories arn name creator
  repositories=$(aws ecr describe-repositories --query 'repositories[].[repositoryArn, repositoryName]' --output text) || return
  while read -r arn name; do
    [[ -n $name ]] || continue
    creator=$(aws ecr list-tags-for-resource --resource-arn "$arn" --output text \
      --query "tags[?Key=='created-by'].Value" </dev/null) || return
    [[ $creator != pull-rescue ]] || echo "$name"
  done <<<"$repositories"
}

# Lines of "IMAGE USER" for all images that CodeBuild projects, ECS services and AWS Batch job definitions name.
used_images() {
  local names clusters cluster services definitions definition
  names=$(aws codebuild list-projects --query 'projects[].[@]' --output text) || return
  if [[ -n $names ]]; then
    xargs -n 100 aws codebuild batch-get-projects --output text \
      --query "projects[].[environment.image, join('', ['the CodeBuild project ', name])]" --names <<<"$names" || return
  fi

  clusters=$(aws ecs list-clusters --query 'clusterArns[].[@]' --output text) || return
  definitions=$(for cluster in $clusters; do
    services=$(aws ecs list-services --cluster "$cluster" --query 'serviceArns[].[@]' --output text) || exit
    [[ -n $services ]] || continue
    xargs -n 10 aws ecs describe-services --cluster "$cluster" --query 'services[].[taskDefinition]' --output text \
      --services <<<"$services" || exit
  done) || return
  for definition in $(printf '%s\n' "$definitions" | sort -u); do
    aws ecs describe-task-definition --task-definition "$definition" --output text --query \
      "taskDefinition.containerDefinitions[].[image, 'a service with the task definition ${definition##*/}']" || return
  done

  local title="'the AWS Batch job definition '"
  aws batch describe-job-definitions --status ACTIVE --output text --query \
    "jobDefinitions[].[containerProperties.image, join('', [$title, jobDefinitionName])]" || return
  # Those with several containers.
  definitions=$(aws batch describe-job-definitions --status ACTIVE --output text --query \
    "jobDefinitions[?nodeProperties || ecsProperties || eksProperties].[jobDefinitionArn]") || return
  for definition in $definitions; do
    aws batch describe-job-definitions --job-definitions "$definition" --output text --query "jobDefinitions[0].[
        nodeProperties.nodeRangeProperties[].container.image,
        nodeProperties.nodeRangeProperties[].ecsProperties.taskProperties[].containers[].image,
        ecsProperties.taskProperties[].containers[].image,
        eksProperties.podProperties.containers[].image
      ][] | [?@].[@, 'the AWS Batch job definition ${definition##*/}']" || return
  done
}

# users_of_mirror REPOSITORIES: who names images in these repositories, a line each.
users_of_mirror() {
  local uses image user path name
  uses=$(used_images) || return
  while read -r image user; do
    [[ $image == "$account".dkr*"$region"*/* ]] || continue
    path=${image#*/}
    for name in $1; do
      [[ $path != "$name" && $path != "$name"[:@]* ]] || echo "$user: $image"
    done
  done <<<"$uses"
}
