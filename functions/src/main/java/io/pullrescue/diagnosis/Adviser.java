package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Advice.Remedy;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says what helps against a failed pull, by cause, registry and puller. */
public final class Adviser {
  private static final String ECR_PUBLIC = "public.ecr.aws";

  /** What helps here. */
  public Advice advise(PullFailed diagnosis, Circumstances circumstances) {
    var rescued = isRescued(diagnosis, circumstances);
    List<Remedy> remedies = new ArrayList<>();
    var registries = diagnosis.images().stream().map(ImageReference::registry).distinct().toList();
    for (var registry : registries) {
      var image =
          diagnosis.images().stream()
              .filter(it -> it.registry().equals(registry))
              .findFirst()
              .orElseThrow();
      remedies.addAll(remedies(diagnosis, circumstances, image));
    }
    if (registries.isEmpty() && diagnosis.cause() == Cause.ACCESS_DENIED) {
      EcrRepository.inMessage(diagnosis.evidence().line())
          .map(it -> new EcrAccess(it, PullingRole.of(diagnosis.evidence(), circumstances)))
          .ifPresent(it -> remedies.addAll(it.remedies(Puller.of(diagnosis.evidence()), false)));
    }
    if (registries.isEmpty() && speaksOfHub(diagnosis)) {
      remedies.addAll(credentials(ImageReference.DOCKER_HUB, diagnosis, circumstances));
    }
    return new Advice(rescued, summary(diagnosis, rescued), remedies);
  }

  /** What lets a task or a job start from these copies, once its definition names them. */
  public List<Remedy> beforeTheyRun(List<ImageReference> copies, Circumstances circumstances) {
    var role = Objects.requireNonNullElse(circumstances.role(), "ROLE");
    return copies.stream()
        .flatMap(copy -> EcrRepository.of(copy).stream())
        .map(repository ->
            new Remedy(
                "Let the role "
                    + role
                    + " pull from the mirror, before a definition names the copy there.",
                Policies.pull(repository)))
        .toList();
  }

  private static boolean needsLogin(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.UNAUTHENTICATED
        || diagnosis.evidence().line().contains("token has expired");
  }

  private static boolean speaksOfHub(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.RATE_LIMITED
        && diagnosis.evidence().line().contains("docker.");
  }

  private static boolean isRescued(PullFailed diagnosis, Circumstances circumstances) {
    return diagnosis.cause().isHealedByCopy()
        && diagnosis.decisive()
        && diagnosis.images().stream()
            .anyMatch(image -> circumstances.upstreams().contains(image.registry()));
  }

  private static List<Remedy> remedies(
      PullFailed diagnosis, Circumstances circumstances, ImageReference image) {
    var ecr = EcrRepository.of(image);
    var puller = Puller.of(diagnosis.evidence());
    var role = PullingRole.of(diagnosis.evidence(), circumstances);
    return switch (diagnosis.cause()) {
      case RATE_LIMITED ->
          image.registry().equals(ECR_PUBLIC)
              ? ecrPublic()
              : ecr.map(it -> List.<Remedy>of())
                  .orElseGet(() -> credentials(image.registry(), diagnosis, circumstances));
      case UNAUTHENTICATED, ACCESS_DENIED ->
          ecr.map(it -> new EcrAccess(it, role).remedies(puller, needsLogin(diagnosis)))
              .orElseGet(() -> credentials(image.registry(), diagnosis, circumstances));
      case NETWORK -> ecr.map(Routes::toEcr).orElseGet(() -> Routes.toInternet(image.registry()));
      case IMAGE_NOT_FOUND -> notFound(image);
      case PLATFORM_MISMATCH -> platforms(image);
      case DISK_FULL, INVALID_REFERENCE, UPSTREAM_ERROR -> List.of();
    };
  }

  private static List<Remedy> credentials(
      String registry, PullFailed diagnosis, Circumstances circumstances) {
    var role = PullingRole.of(diagnosis.evidence(), circumstances);
    var region = Objects.requireNonNullElse(circumstances.region(), "REGION");
    return new RegistryCredentials(registry, role.account(), region, role.name())
        .remedies(Puller.of(diagnosis.evidence()));
  }

  private static List<Remedy> ecrPublic() {
    return List.of(
        new Remedy(
            "Let the role log in to Amazon ECR Public: limits are higher then.",
            Policies.ecrPublic()),
        new Remedy(
            "Log in before the pull (always in us-east-1).",
            "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS"
                + " --password-stdin public.ecr.aws"));
  }

  private static List<Remedy> notFound(ImageReference image) {
    return EcrRepository.of(image)
        .map(it ->
            List.of(
                new Remedy(
                    "See what the repository holds.",
                    "aws ecr list-images --region "
                        + it.region()
                        + " --registry-id "
                        + it.account()
                        + " --repository-name "
                        + it.name())))
        .orElseGet(() ->
            List.of(
                new Remedy(
                    "See which tags there are.", "skopeo list-tags docker://" + image.name())));
  }

  private static List<Remedy> platforms(ImageReference image) {
    return List.of(
        new Remedy(
            "See which platforms the image has; then build for one of them, or ask for a machine"
                + " of that architecture.",
            "docker buildx imagetools inspect " + image));
  }

  private static String summary(PullFailed diagnosis, boolean rescued) {
    var names =
        diagnosis.images().isEmpty()
            ? "an image that the text does not name"
            : diagnosis.images().stream()
                .map(ImageReference::familiar)
                .collect(Collectors.joining(", "));
    return what(diagnosis.cause()).formatted(names)
        + (rescued
            ? " pull-rescue copies it into Amazon ECR" + afterwards(Puller.of(diagnosis.evidence()))
            : " pull-rescue does not act by itself here" + why(diagnosis) + ".");
  }

  /**
   * What others schedule is changed where the operator allows it, by the settings ecs and batch.
   */
  private static String afterwards(Puller puller) {
    return puller == Puller.ECS
        ? " and starts the task or job from the copy where the setting ecs or batch allows it;"
            + " otherwise it starts from there once its definition names that."
        : " and runs the work again from the copy.";
  }

  private static String what(Cause cause) {
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

  private static String why(PullFailed diagnosis) {
    if (!diagnosis.decisive()) {
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
