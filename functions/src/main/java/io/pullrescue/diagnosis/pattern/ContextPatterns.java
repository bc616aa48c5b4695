package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.pattern.LogPattern.ContextPattern;
import io.pullrescue.diagnosis.reference.ReferencePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Lists the phrases by which tools say what they are doing, with the position of the image. The
 * language of the phrases is described in README.md of {@code diagnosis}.
 */
final class ContextPatterns {
  private record Row(Activity activity, ReferencePosition position, List<String> phrases) {}

  /** Phrases for a failed pull that may be of something else than an image. */
  private static final List<String> PULL_FAILURE_PHRASES =
      splitPhrases(
          """
          failed to pull | failed pulling | unable to pull | could not pull | couldn't pull |
          cannot pull | can't pull | error pulling | error while pulling | error during pulling\
          """);

  /** The same phrases followed by a word for an image. */
  private static final List<String> IMAGE_PULL_FAILURE_PHRASES =
      PULL_FAILURE_PHRASES.stream().flatMap(ContextPatterns::withImage).toList();

  private static final List<Row> TABLE =
      List.of(
          row(
              Activity.PULL_RELATED,
              ReferencePosition.TOOL,
              """
              docker | docker.exe | docker-compose | podman | podman-compose | nerdctl | crictl |
              ctr | buildah | skopeo | manifest-tool | crane | regctl | finch | singularity |
              apptainer\
              """),
          row(Activity.PULL_RELATED, ReferencePosition.URL, "/v2/"),
          row(Activity.OTHER, ReferencePosition.HOST, "dial tcp: lookup"),
          row(Activity.PULLING, ReferencePosition.AFTER_STRICT, "unable to find image"),
          row(Activity.PULLING, ReferencePosition.AFTER, "trying to pull"),
          row(Activity.PULLING, ReferencePosition.AFTER_IF_QUALIFIED, "trying to pull repository"),
          row(Activity.PULLING, ReferencePosition.BEFORE, ": resolving | : resolved"),
          row(
              Activity.PULLING,
              ReferencePosition.AFTER,
              """
              pulling docker image | pulling repository | pull down action image |
              using docker executor with image | pulling base image | retrieving image manifest |
              retrieving image | downloading base image | starting container |
              could not do a head request for | retrying pull for image\
              """),
          row(
              Activity.PULLING,
              ReferencePosition.TAG_AFTER,
              "downloading docker image | pull image"),
          row(Activity.PULLING, ReferencePosition.API_PATH, "/distribution/"),
          row(Activity.PULLING, ReferencePosition.QUERY, "fromimage="),
          row(Activity.PULLING, ReferencePosition.TAG_BEFORE, ": pulling from"),
          row(Activity.ALSO_PULLING, ReferencePosition.AFTER, "pulling image"),
          row(
              Activity.ALSO_PULLING,
              ReferencePosition.AFTER_FULL_NAME,
              "load metadata for | resolve image config for"),
          row(Activity.PULLING, ReferencePosition.IN_PARENTHESES, "pulling"),
          row(
              Activity.PULLED,
              ReferencePosition.AFTER,
              """
              downloaded newer image for | image is up to date for | successfully pulled image |
              finished pulling image\
              """),
          row(
              Activity.PULLED,
              ReferencePosition.NONE,
              "successfully pulled | digest: sha256:* | status: downloaded"),
          row(
              Activity.FAILED,
              ReferencePosition.AFTER,
              """
              failed to resolve image | failed to inspect image | failed to get checksum for |
              back-off pulling image | unable to find or pull image | unable to read image |
              initializing source | error determining manifest mime type for |
              invalid from flag value | imagename= | no such manifest | trying to pull image |
              image with reference | image= | choosing an image from manifest list |
              couldn't parse image reference | tried to pull image manifest for |
              error fetching image | failed to get config for | fetching manifest |
              error parsing image name | failed to fetch builder image | failed to fetch image |
              failed to fetch run image | requested image | repository of your image |
              source image | unable to fetch image | failed to find image |
              initializing image from source | image specified by | could not find image |
              failed to get sandbox image | could not fetch image | failed to download image |
              ago "no such image | "err": "no such image |
              preparation failed: error: no such image | (system failure): error: no such image |
              unable to copy from source | save image to file |
              unable to locate any local docker images with name |
              failed to inspect remote image | connect to repo store | retrieving manifest for |
              source image rejected: running image | is waiting to start:\
              """),
          new Row(Activity.FAILED, ReferencePosition.AFTER, PULL_FAILURE_PHRASES),
          new Row(Activity.FAILED, ReferencePosition.AFTER, IMAGE_PULL_FAILURE_PHRASES),
          new Row(Activity.PULL_FAILED, ReferencePosition.NONE, IMAGE_PULL_FAILURE_PHRASES),
          new Row(Activity.PULL_FAILED, ReferencePosition.AFTER_IF_PINNED, PULL_FAILURE_PHRASES),
          row(Activity.PULL_FAILED, ReferencePosition.AFTER_IF_PINNED, "failed to download"),
          row(Activity.FAILED, ReferencePosition.AFTER_STRICT, "unable to pin image"),
          row(
              Activity.FAILED,
              ReferencePosition.AFTER_IF_QUALIFIED,
              "* \" | pullimage | invalid value:"),
          row(Activity.FAILED, ReferencePosition.AFTER_IF_PINNED, "can't install"),
          row(Activity.PULL_FAILED, ReferencePosition.AFTER_IF_PINNED, "can't install"),
          row(
              Activity.FAILED,
              ReferencePosition.TAG_FROM,
              "error pulling image | error downloading image"),
          row(Activity.FAILED, ReferencePosition.TAG_NOT_FOUND, "not found in repository"),
          row(Activity.FAILED, ReferencePosition.AFTER_STRICT, "pull access denied for"),
          row(
              Activity.FAILED,
              ReferencePosition.AFTER_QUALIFIED,
              """
              failed to pull and unpack image | failed to resolve reference |
              failed to resolve ref | failed to resolve source metadata for\
              """),
          row(
              Activity.FAILED,
              ReferencePosition.AFTER_IF_QUALIFIED,
              "failed to do request: get | failed to do request: head"),
          row(Activity.PULLING, ReferencePosition.AFTER_IF_QUALIFIED, "pulling | pull"),
          row(Activity.ALSO_PULLING, ReferencePosition.AFTER_IF_PULLING, "image"),
          row(Activity.CONFIGURED, ReferencePosition.AFTER_IF_QUALIFIED, "image: | image="),
          row(
              Activity.UNRESOLVED_SHORT_NAME,
              ReferencePosition.NONE,
              "short-name* | short name mode"),
          row(
              Activity.FAILED,
              ReferencePosition.AFTER_IF_NOT_FOUND,
              "manifest for | repository | image"),
          row(Activity.FAILED, ReferencePosition.AFTER_COLON, "failed to solve:"),
          row(
              Activity.FAILED,
              ReferencePosition.BEFORE,
              ": not found | : pulling from host | : no matching manifest"),
          row(
              Activity.FAILED,
              ReferencePosition.BEFORE_IF_QUALIFIED,
              ": toomanyrequests | : unauthorized"),
          row(Activity.FAILED, ReferencePosition.TAG_IN, "reading manifest"),
          row(
              Activity.PULL_FAILED,
              ReferencePosition.NONE,
              """
              cannotpull* | unable to pull customer's container image |
              build_container_unable_to_pull_image | back-off pulling image | errimagepull |
              imagepullbackoff | unable to find or pull image | failing to pull image |
              unable to pull docker://* | failed to pull docker://* | can't be pulled |
              initializing source docker://* |
              could not be accessed on a registry | while trying to pull image |
              can't get docker image | layer media type for the source image |
              not continuing with pull after error | source image rejected | ago "no such image |
              "err": "no such image | conveyor failed to get | cannot find the requested image |
              failed to pull your application image | failed to copy the image from ecr |
              does not have permission to access the ecr image |
              failed to pull singularity image | image pull failed | imagepullfailure |
              inaccessibleimage | does not grant ecr:* | error while pulling image |
              could not retrieve the image | failed to get sandbox image |
              failed to fetch builder image | failed to pull and unpack image |
              error pulling image configuration | preparation failed: error: no such image |
              (system failure): error: no such image\
              """),
          row(
              Activity.PULL_RELATED,
              ReferencePosition.NONE,
              """
              pull image manifest | error response from daemon: unauthorized |
              error response from daemon: denied | error response from daemon: manifest* |
              error response from daemon: received unexpected http status |
              error response from daemon: head "https* | pulling image | pullimage | image pull |
              error pulling image configuration | failed to resolve source metadata |
              failed to copy: | scope=repository* | httpreadseeker | httpreaderseeker |
              failed to fetch anonymous token | failed to fetch oauth token |
              failed to register layer | failed to extract layer | getimageblob* | getting image |
              error getting v2 registry | attempting next endpoint for pull |
              inspect image has been retried | fetch manifest failed | status code [manifests* |
              status code [blobs* | ref pull has been retried | failed to unpack image |
              images/create | trying to pull repository | pulling from host |
              error from registry | response body: invalid character |
              response body: unexpected end* | download failed, retrying* |
              access denied for repository | ecr:batchgetimage | ecr:getdownloadurlforlayer |
              while making image from oci registry | failed to fetch digest |
              pinging docker registry | error pinging registry | failed to get run image |
              pinging container registry | fetching target platform | not continuing with pull |
              fetching blob | download failed after* | get remote image |
              copying system image from manifest list\
              """),
          row(
              Activity.PUSH,
              ReferencePosition.NONE,
              """
              the push refers to | failed to push | error pushing | push failed | pushing |
              pushblobstep | push permission* | /blobs/uploads/ | put http* |
              trying to reuse blob | at destination: error pinging | at destination: pinging |
              at destination: checking whether a blob | unable to push | can't push |
              cannot push | won't push | cli push | pushed blob | uploading manifest |
              initiating layer upload | put request | patch request | ecr:initiatelayerupload |
              ecr:uploadlayerpart | ecr:completelayerupload | ecr:putimage | writing manifest: * |
              error writing layer blob | error writing manifest blob |
              does not exist locally with the tag | pull,push | push,pull | pull%2cpush |
              push%2cpull\
              """),
          row(
              Activity.LOGIN,
              ReferencePosition.NONE,
              """
              login attempt to | error response from daemon: login | error logging in |
              logging into | login did not succeed | getauthorizationtoken | getting credentials |
              get-login-password\
              """),
          row(Activity.OTHER, ReferencePosition.NONE, "login succeeded"),
          row(
              Activity.CACHE,
              ReferencePosition.NONE,
              """
              importing cache manifest | exporting cache | registry cache importer |
              registry cache exporter\
              """),
          row(
              Activity.NOT_A_PULL,
              ReferencePosition.NONE,
              """
              resourceinitializationerror | npm err! | npm error | image from cache |
              checking for cached layer | invalid tag "* | api rate limit exceeded |
              did not complete successfully | returned a non-zero code | dockerfile parse error |
              failed to parse source | -t, --tag | failed to calculate checksum of ref |
              docker: not found | command not found |
              trying to connect to the docker daemon socket\
              """));

  private ContextPatterns() {}

  /** Returns every phrase with its pattern. */
  static List<Map.Entry<String, LogPattern>> phrases() {
    List<Map.Entry<String, LogPattern>> phrases = new ArrayList<>();
    for (var row : TABLE) {
      var pattern = new ContextPattern(row.activity(), row.position());
      row.phrases().forEach(phrase -> phrases.add(Map.entry(phrase, pattern)));
    }
    return phrases;
  }

  private static Row row(Activity activity, ReferencePosition position, String phrases) {
    return new Row(activity, position, splitPhrases(phrases));
  }

  private static List<String> splitPhrases(String row) {
    return Arrays.stream(row.split("\\|")).map(String::strip).toList();
  }

  private static Stream<String> withImage(String verb) {
    return Stream.of(
            "image",
            "images",
            "the image",
            "the specified image",
            "the container image",
            "docker image",
            "container image",
            "base image")
        .map(noun -> verb + " " + noun);
  }
}
