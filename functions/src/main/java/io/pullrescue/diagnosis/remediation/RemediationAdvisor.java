package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says what helps against a failed pull, by cause, registry and puller. */
public final class RemediationAdvisor {
  private static final String ECR_PUBLIC = "public.ecr.aws";

  /** What helps here. */
  public Remediation advise(PullFailed diagnosis, AccountContext context) {
    var automatic = isAutomatic(diagnosis, context);
    List<Step> steps = new ArrayList<>();
    var registries = diagnosis.images().stream().map(ImageReference::registry).distinct().toList();
    for (var registry : registries) {
      var image =
          diagnosis.images().stream()
              .filter(imageReference -> imageReference.registry().equals(registry))
              .findFirst()
              .orElseThrow();
      steps.addAll(steps(diagnosis, context, image));
    }
    if (registries.isEmpty() && diagnosis.cause() == Cause.ACCESS_DENIED) {
      EcrRepository.findInMessage(diagnosis.evidence().text())
          .map(ecrRepository ->
              new EcrPermissionSteps(ecrRepository, PullRole.of(diagnosis.evidence(), context)))
          .ifPresent(ecrPermissionSteps ->
              steps.addAll(ecrPermissionSteps.steps(PullClient.of(diagnosis.evidence()), false)));
    }
    if (registries.isEmpty() && isDockerHubError(diagnosis)) {
      steps.addAll(credentialSteps(ImageReference.DOCKER_HUB, diagnosis, context));
    }
    return new Remediation(automatic, summary(diagnosis, automatic), steps);
  }

  /** What lets a task or a job start from these copies, once its definition names them. */
  public List<Step> mirrorPullPermissions(
      List<ImageReference> mirroredImages, AccountContext context) {
    var role = Objects.requireNonNullElse(context.role(), "ROLE");
    return mirroredImages.stream()
        .flatMap(mirroredImage -> EcrRepository.of(mirroredImage).stream())
        .map(repository ->
            new Step(
                "Let the role "
                    + role
                    + " pull from the mirror, before a definition names the copy there.",
                PolicyTemplates.repositoryPull(repository)))
        .toList();
  }

  private static boolean needsAuthentication(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.UNAUTHENTICATED
        || diagnosis.evidence().text().contains("token has expired");
  }

  private static boolean isDockerHubError(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.RATE_LIMITED
        && diagnosis.evidence().text().contains("docker.");
  }

  private static boolean isAutomatic(PullFailed diagnosis, AccountContext context) {
    return diagnosis.cause().isFixableByMirroring()
        && diagnosis.causedFailure()
        && diagnosis.images().stream()
            .anyMatch(image -> context.upstreams().contains(image.registry()));
  }

  private static List<Step> steps(
      PullFailed diagnosis, AccountContext context, ImageReference image) {
    var ecr = EcrRepository.of(image);
    var client = PullClient.of(diagnosis.evidence());
    var role = PullRole.of(diagnosis.evidence(), context);
    return switch (diagnosis.cause()) {
      case RATE_LIMITED ->
          image.registry().equals(ECR_PUBLIC)
              ? ecrPublicSteps()
              : ecr.map(ecrRepository -> List.<Step>of())
                  .orElseGet(() -> credentialSteps(image.registry(), diagnosis, context));
      case UNAUTHENTICATED, ACCESS_DENIED ->
          ecr.map(repository ->
                  new EcrPermissionSteps(repository, role)
                      .steps(client, needsAuthentication(diagnosis)))
              .orElseGet(() -> credentialSteps(image.registry(), diagnosis, context));
      case NETWORK ->
          ecr.map(NetworkSteps::toEcr).orElseGet(() -> NetworkSteps.toInternet(image.registry()));
      case IMAGE_NOT_FOUND -> notFoundSteps(image);
      case PLATFORM_MISMATCH -> platformSteps(image);
      case DISK_FULL, INVALID_REFERENCE, UPSTREAM_ERROR -> List.of();
    };
  }

  private static List<Step> credentialSteps(
      String registry, PullFailed diagnosis, AccountContext context) {
    var role = PullRole.of(diagnosis.evidence(), context);
    var region = Objects.requireNonNullElse(context.region(), "REGION");
    return new RegistryCredentialSteps(registry, role.account(), region, role.name())
        .steps(PullClient.of(diagnosis.evidence()));
  }

  private static List<Step> ecrPublicSteps() {
    return List.of(
        new Step(
            "Let the role log in to Amazon ECR Public: limits are higher then.",
            PolicyTemplates.ecrPublicPull()),
        new Step(
            "Log in before the pull (always in us-east-1).",
            "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS"
                + " --password-stdin public.ecr.aws"));
  }

  private static List<Step> notFoundSteps(ImageReference image) {
    return EcrRepository.of(image)
        .map(ecrRepository ->
            List.of(
                new Step(
                    "See what the repository holds.",
                    "aws ecr list-images --region "
                        + ecrRepository.region()
                        + " --registry-id "
                        + ecrRepository.account()
                        + " --repository-name "
                        + ecrRepository.name())))
        .orElseGet(() ->
            List.of(
                new Step(
                    "See which tags there are.", "skopeo list-tags docker://" + image.name())));
  }

  private static List<Step> platformSteps(ImageReference image) {
    return List.of(
        new Step(
            "See which platforms the image has; then build for one of them, or ask for a machine"
                + " of that architecture.",
            "docker buildx imagetools inspect " + image));
  }

  private static String summary(PullFailed diagnosis, boolean automatic) {
    var names =
        diagnosis.images().isEmpty()
            ? "an image that the text does not name"
            : diagnosis.images().stream()
                .map(ImageReference::familiarString)
                .collect(Collectors.joining(", "));
    return causeText(diagnosis.cause()).formatted(names)
        + (automatic
            ? " pull-rescue copies it into Amazon ECR"
                + followUp(PullClient.of(diagnosis.evidence()))
            : " pull-rescue does not act by itself here" + noActionReason(diagnosis) + ".");
  }

  /**
   * What others schedule is changed where the operator allows it, by the settings ecs and batch.
   */
  private static String followUp(PullClient client) {
    return client == PullClient.ECS
        ? " and starts the task or job from the copy where the setting ecs or batch allows it;"
            + " otherwise it starts from there once its definition names that."
        : " and runs the work again from the copy.";
  }

  private static String causeText(Cause cause) {
    return switch (cause) {
      case RATE_LIMITED -> "The registry limits pulls: %s was refused for now.";
      case IMAGE_NOT_FOUND -> "The registry does not know %s: check the name and the tag.";
      case UNAUTHENTICATED -> "The registry wants credentials for %s, or refused those it got.";
      case ACCESS_DENIED -> "The registry refuses %s to whoever pulled, or has no such image.";
      case NETWORK -> "No whole answer came for %s: the network, DNS, TLS or a proxy failed.";
      case PLATFORM_MISMATCH -> "%s does not exist for the platform that was asked for.";
      case DISK_FULL ->
          "The host that pulled %s had no room left: give it a larger disk, or remove what it does"
              + " not need.";
      case INVALID_REFERENCE ->
          "The reference is not legal (%s): an unset variable, an upper-case letter or a blank"
              + " are the usual reasons.";
      case UPSTREAM_ERROR -> "The registry failed on %s, or the reason cannot be read.";
    };
  }

  private static String noActionReason(PullFailed diagnosis) {
    if (!diagnosis.causedFailure()) {
      return ", because the work went on and failed of something else";
    }
    return switch (diagnosis.cause()) {
      case RATE_LIMITED, UPSTREAM_ERROR, NETWORK ->
          diagnosis.images().isEmpty()
              ? ", because it does not know which image to copy"
              : ", because it does not copy from that registry";
      case IMAGE_NOT_FOUND -> ", unless the name is one of its own mirror repositories";
      case UNAUTHENTICATED, ACCESS_DENIED, PLATFORM_MISMATCH, DISK_FULL, INVALID_REFERENCE ->
          ", because a copy would not help";
    };
  }
}
