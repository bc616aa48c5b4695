package io.pullrescue.diagnosis.remediation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import io.pullrescue.diagnosis.Diagnosis.ImageCause;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Advises on a failed pull by its cause, its registry and the client that pulled. */
public final class RemediationAdvisor {
  private static final String ECR_PUBLIC = "public.ecr.aws";

  /**
   * Registries that deny public images to a client with a token that expired. See
   * https://github.com/aws-samples/amazon-eks-cicd-codebuild/issues/188 and
   * https://github.com/dexidp/dex/issues/2672.
   */
  private static final Set<String> REGISTRIES_THAT_DENY_OLD_CREDENTIALS =
      Set.of(ECR_PUBLIC, "ghcr.io");

  /** Returns what pull-rescue does about a failed pull, and what a person can do. */
  public Remediation advise(PullFailed diagnosis, AccountContext context) {
    List<Step> steps = new ArrayList<>();
    var registries = diagnosis.images().stream().map(ImageReference::registry).distinct().toList();
    for (var registry : registries) {
      diagnosis.images().stream()
          .filter(image -> image.registry().equals(registry))
          .findFirst()
          .ifPresent(image -> steps.addAll(steps(diagnosis, context, image)));
    }
    if (registries.isEmpty() && diagnosis.cause() == Cause.ACCESS_DENIED) {
      EcrRepository.findInMessage(diagnosis.evidence().line())
          .ifPresent(repository ->
              steps.addAll(
                  new EcrPermissionSteps(repository, PullRole.of(diagnosis.evidence(), context))
                      .steps(PullClient.of(diagnosis.evidence()), false)));
    }
    if (registries.isEmpty() && isDockerHubError(diagnosis)) {
      steps.addAll(credentialSteps(ImageReference.DOCKER_HUB, diagnosis, context));
    }
    if (registries.isEmpty()
        && diagnosis.cause() == Cause.NETWORK
        && PullClient.of(diagnosis.evidence()) == PullClient.ECS) {
      steps.addAll(NetworkSteps.ofTask());
    }
    var automatic = isAutomatic(diagnosis, context);
    return new Remediation(automatic, summary(diagnosis, context, automatic), steps);
  }

  /** Returns the permissions that a task or job needs before its definition names these images. */
  public List<Step> mirrorPullPermissions(
      List<ImageReference> mirroredImages, AccountContext context) {
    return mirroredImages.stream()
        .flatMap(mirroredImage -> EcrRepository.of(mirroredImage).stream())
        .map(repository ->
            new Step(
                "Allow the role %s to pull from the mirror before a definition names the mirrored image."
                    .formatted(PullRole.of(context).name()),
                PolicyTemplates.repositoryPull(repository)))
        .toList();
  }

  private static boolean hasExpiredToken(PullFailed diagnosis) {
    return diagnosis.evidence().line().contains("token has expired");
  }

  private static boolean isDockerHubError(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.RATE_LIMITED
        && diagnosis.evidence().line().contains("docker.");
  }

  private static boolean isAutomatic(PullFailed diagnosis, AccountContext context) {
    return diagnosis.causedFailure()
        && diagnosis.fixableImages().stream()
            .anyMatch(image -> context.upstreams().contains(image.registry()));
  }

  private static List<Step> steps(
      PullFailed diagnosis, AccountContext context, ImageReference image) {
    var ecr = EcrRepository.of(image);
    return switch (diagnosis.causeOf(image).cause()) {
      case RATE_LIMITED ->
          image.registry().equals(ECR_PUBLIC)
              ? ecrPublicSteps()
              : ecr.map(_ -> List.<Step>of())
                  .orElseGet(() -> credentialSteps(image.registry(), diagnosis, context));
      case UNAUTHENTICATED, ACCESS_DENIED ->
          ecr.map(repository -> ecrSteps(repository, image, diagnosis, context))
              .orElseGet(() -> deniedSteps(image.registry(), diagnosis, context));
      case NETWORK -> networkSteps(image.registry(), ecr, diagnosis.evidence());
      case IMAGE_NOT_FOUND -> notFoundSteps(image);
      case PLATFORM_MISMATCH -> platformSteps(image);
      case DISK_FULL -> diskSteps(PullClient.of(diagnosis.evidence()));
      case INVALID_REFERENCE, UPSTREAM_ERROR -> List.of();
    };
  }

  private static List<Step> ecrSteps(
      EcrRepository repository,
      ImageReference image,
      PullFailed diagnosis,
      AccountContext context) {
    var permissions =
        new EcrPermissionSteps(repository, PullRole.of(diagnosis.evidence(), context));
    return hasExpiredToken(diagnosis)
        ? permissions.newTokenSteps()
        : permissions.steps(
            PullClient.of(diagnosis.evidence()),
            diagnosis.causeOf(image).cause() == Cause.UNAUTHENTICATED);
  }

  private static List<Step> deniedSteps(
      String registry, PullFailed diagnosis, AccountContext context) {
    if (!REGISTRIES_THAT_DENY_OLD_CREDENTIALS.contains(registry)) {
      return credentialSteps(registry, diagnosis, context);
    }
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            "Remove old credentials, which the client still sends: %s denies public images to them."
                .formatted(registry),
            "docker logout " + registry));
    steps.addAll(
        registry.equals(ECR_PUBLIC)
            ? ecrPublicSteps()
            : credentialSteps(registry, diagnosis, context));
    return steps;
  }

  private static List<Step> networkSteps(
      String registry, Optional<EcrRepository> ecr, Evidence evidence) {
    if (registry.equals("localhost") || registry.startsWith("localhost:")) {
      return NetworkSteps.localhost();
    }
    if (isCertificateError(evidence.line())) {
      return NetworkSteps.certificate(registry);
    }
    return ecr.map(NetworkSteps::toEcr).orElseGet(() -> NetworkSteps.toInternet(registry));
  }

  private static boolean isCertificateError(String line) {
    return line.contains("x509") || line.contains("certificate");
  }

  private static List<Step> diskSteps(PullClient client) {
    return switch (client) {
      case CODEBUILD_IMAGE, CODEBUILD_COMMANDS ->
          List.of(
              new Step(
                  "Remove images and layers that the build no longer needs, or use a larger compute"
                      + " type, which has a larger disk.",
                  "docker system prune --all --force"));
      case ECS ->
          List.of(
              new Step(
                  "On Fargate, set the ephemeral storage of the task definition, up to 200 GiB. On"
                      + " EC2, use a launch template with a larger volume.",
                  "\"ephemeralStorage\": {\"sizeInGiB\": 100}"));
      case EKS_NODE, EKS_FARGATE ->
          List.of(
              new Step(
                  "Use a larger volume for the nodes, or on Fargate request `ephemeral-storage` for"
                      + " the pod.",
                  null));
      case DOCKER ->
          List.of(
              new Step(
                  "Remove unused images, containers and build caches.",
                  "docker system prune --all"));
    };
  }

  private static List<Step> credentialSteps(
      String registry, PullFailed diagnosis, AccountContext context) {
    var region = Objects.requireNonNullElse(context.region(), "REGION");
    return new RegistryCredentialSteps(registry, region, PullRole.of(diagnosis.evidence(), context))
        .steps(PullClient.of(diagnosis.evidence()));
  }

  private static List<Step> ecrPublicSteps() {
    return List.of(
        new Step(
            "Allow the role to authenticate to Amazon ECR Public, which raises the rate limit.",
            PolicyTemplates.ecrPublicPull()),
        new Step(
            "Authenticate before the pull. The region is always us-east-1.",
            "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS"
                + " --password-stdin public.ecr.aws"));
  }

  private static List<Step> notFoundSteps(ImageReference image) {
    return EcrRepository.of(image)
        .map(repository ->
            List.of(
                new Step(
                    "List the images in the repository.",
                    "aws ecr list-images --region %s --registry-id %s --repository-name %s"
                        .formatted(repository.region(), repository.account(), repository.name()))))
        .orElseGet(() ->
            List.of(
                new Step(
                    "List the tags in the repository.",
                    "skopeo list-tags docker://" + image.name())));
  }

  private static List<Step> platformSteps(ImageReference image) {
    return List.of(
        new Step(
            "List the platforms of the image. Then build for one of them, or use a host of that"
                + " architecture.",
            "docker buildx imagetools inspect " + image));
  }

  private static String summary(PullFailed diagnosis, AccountContext context, boolean automatic) {
    return causeText(diagnosis)
        + " "
        + (automatic
            ? actionText(PullClient.of(diagnosis.evidence()), context)
            : noActionText(diagnosis));
  }

  /** Returns one sentence for each cause, with the images that have it. */
  private static String causeText(PullFailed diagnosis) {
    if (diagnosis.images().isEmpty()) {
      return causeText(new ImageCause(diagnosis.cause(), false), diagnosis.reasonKnown())
          .formatted("the image (not named in the text)");
    }
    return diagnosis.images().stream()
        .collect(
            groupingBy(
                diagnosis::causeOf,
                LinkedHashMap::new,
                mapping(ImageReference::familiarString, joining(", "))))
        .entrySet()
        .stream()
        .map(images ->
            causeText(images.getKey(), diagnosis.reasonKnown()).formatted(images.getValue()))
        .collect(joining(" "));
  }

  private static String actionText(PullClient client, AccountContext context) {
    var copies =
        context.isDeployed()
            ? "pull-rescue copies the image to Amazon ECR"
            : "Where pull-rescue is deployed, it copies the image to Amazon ECR";
    return client == PullClient.ECS
        ? copies
            + ". It retries the task or job with the mirrored image if `ecsRetry` or `batchRetry`"
            + " allows it; otherwise, change the definition to the mirrored image."
        : copies + " and retries the workload with the mirrored image.";
  }

  private static String causeText(ImageCause cause, boolean reasonKnown) {
    if (!reasonKnown) {
      return "The pull of %s failed; the text does not say why.";
    }
    if (cause.clientSide()) {
      return "The client or its host failed to pull %s; no registry can change that. The quoted line"
          + " says what failed.";
    }
    return switch (cause.cause()) {
      case RATE_LIMITED -> "The registry's rate limit is exceeded, so it did not serve %s.";
      case IMAGE_NOT_FOUND -> "The registry does not have %s: check the name and the tag.";
      case UNAUTHENTICATED ->
          "The registry requires credentials for %s, or rejected those that it received.";
      case ACCESS_DENIED ->
          "The registry denied the client access to %s, or does not have this image.";
      case NETWORK ->
          "No complete response arrived for %s: the network, DNS, TLS or a proxy failed.";
      case PLATFORM_MISMATCH -> "The registry does not have %s for the requested platform.";
      case DISK_FULL -> "The host had no disk space left to pull %s.";
      case INVALID_REFERENCE ->
          "The image reference is invalid (%s). Usual reasons are an unset variable, an upper-case"
              + " letter or a space.";
      case UPSTREAM_ERROR -> "The registry returned an error for %s.";
    };
  }

  private static String noActionText(PullFailed diagnosis) {
    if (isFixableInMirror(diagnosis)) {
      return "If this repository belongs to pull-rescue's mirror, pull-rescue copies the image from"
          + " upstream; otherwise, it takes no action.";
    }
    return "pull-rescue takes no action, because " + noActionReason(diagnosis) + ".";
  }

  /**
   * Returns whether pull-rescue acts if the image is one of its mirrored images: an image that is
   * missing there is copied, and CodeBuild may pull it then.
   */
  private static boolean isFixableInMirror(PullFailed diagnosis) {
    var isMissing =
        diagnosis.cause() == Cause.IMAGE_NOT_FOUND
            || (diagnosis.cause() == Cause.ACCESS_DENIED
                && diagnosis.evidence().source() == TextSource.PHASE_CONTEXT);
    return isMissing
        && diagnosis.causedFailure()
        && diagnosis.images().stream().anyMatch(image -> EcrRepository.of(image).isPresent());
  }

  private static String noActionReason(PullFailed diagnosis) {
    if (!diagnosis.causedFailure()) {
      return "the workload continued and failed for another reason";
    }
    if (diagnosis.isClientSide()) {
      return "a mirrored image would not help";
    }
    return switch (diagnosis.cause()) {
      case RATE_LIMITED, UPSTREAM_ERROR, NETWORK ->
          diagnosis.images().isEmpty()
              ? "it does not know which image to copy"
              : "it does not copy from that registry";
      case IMAGE_NOT_FOUND -> "there is no image to copy";
      case UNAUTHENTICATED, ACCESS_DENIED, PLATFORM_MISMATCH, DISK_FULL, INVALID_REFERENCE ->
          "a mirrored image would not help";
    };
  }
}
