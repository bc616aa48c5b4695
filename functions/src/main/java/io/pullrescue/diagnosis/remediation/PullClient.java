package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.Evidence;
import java.util.Locale;

/** Names the client that pulled, which decides where credentials and permissions belong. */
enum PullClient {
  /** CodeBuild, for the environment image of a build. */
  CODEBUILD_IMAGE,
  /** A command of a build. */
  CODEBUILD_COMMANDS,
  /** Amazon ECS or AWS Batch. */
  ECS,
  /** A kubelet on an EC2 node. */
  EKS_NODE,
  /** A kubelet on AWS Fargate. */
  EKS_FARGATE,
  /** Docker or a similar tool on any other host. */
  DOCKER;

  static PullClient of(Evidence evidence) {
    return switch (evidence.source()) {
      case PHASE_CONTEXT -> CODEBUILD_IMAGE;
      case STOPPED_REASON -> ECS;
      case FAILING_COMMAND, EARLIER_COMMANDS -> CODEBUILD_COMMANDS;
      case MESSAGE -> of(evidence.line().toLowerCase(Locale.ROOT));
    };
  }

  private static PullClient of(String line) {
    if (line.contains("customer's container image")) {
      return CODEBUILD_IMAGE;
    }
    if (line.contains("cannotpull")) {
      return ECS;
    }
    if (line.contains("failed to pull image") || line.contains("kubelet")) {
      return line.contains("fargate") ? EKS_FARGATE : EKS_NODE;
    }
    return line.contains("codebuild") ? CODEBUILD_COMMANDS : DOCKER;
  }
}
