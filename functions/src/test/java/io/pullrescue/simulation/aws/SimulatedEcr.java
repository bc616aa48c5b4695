package io.pullrescue.simulation.aws;

import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.World;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.DescribeRepositoriesRequest;
import software.amazon.awssdk.services.ecr.model.DescribeRepositoriesResponse;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecr.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/** The mirror in Amazon ECR. */
public final class SimulatedEcr implements EcrClient {
  private static final String ARN = "arn:aws:ecr:us-east-1:123456789012:repository/";

  private final World world;
  private final Map<String, Content> repositories = new LinkedHashMap<>();

  private static final class Content {
    final Map<String, Long> digests = new HashMap<>();
    final Map<String, TagState> tags = new LinkedHashMap<>();
  }

  private record TagState(String digest, long set, @Nullable TagState previous) {}

  /** Creates an empty mirror. */
  public SimulatedEcr(World world) {
    this.world = world;
  }

  /** Creates a repository, as pull-rescue does. */
  void create(String repository) {
    repositories.computeIfAbsent(repository, _ -> new Content());
  }

  /** Stores a manifest whose blobs are there. */
  void store(String repository, String digest) {
    content(repository).digests.put(digest, world.now());
    world.record(new Fact.Stored(world.now(), repository, digest));
  }

  /** Sets a tag. */
  void tag(String repository, String tag, String digest, String upstreamDigest) {
    var tags = content(repository).tags;
    tags.put(tag, new TagState(digest, world.now(), tags.get(tag)));
    world.record(
        new Fact.Tagged(
            world.now(), repository, tag, digest, upstreamDigest, world.invocation().subject()));
  }

  private Content content(String repository) {
    var content = repositories.get(repository);
    if (content == null) {
      throw RepositoryNotFoundException.builder().message(repository).build();
    }
    return content;
  }

  /** Returns the digest under a tag. */
  Optional<String> digest(String repository, String tag) {
    return Optional.ofNullable(repositories.get(repository))
        .map(content -> content.tags.get(tag))
        .map(TagState::digest);
  }

  /** Returns whether an image can be pulled. */
  boolean holds(ImageReference reference) {
    var content = repositories.get(reference.repository());
    var digest = reference.digest();
    return content != null
        && (digest == null
            ? content.tags.containsKey(String.valueOf(reference.tag()))
            : content.digests.containsKey(digest.value()));
  }

  @Override
  public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
    var content = content(request.repositoryName());
    if (request.imageIds().isEmpty()) {
      return DescribeImagesResponse.builder()
          .imageDetails(
              content.tags.entrySet().stream()
                  .map(entry ->
                      ImageDetail.builder()
                          .imageDigest(entry.getValue().digest())
                          .imageTags(entry.getKey())
                          .lastRecordedPullTime(world.instant())
                          .build())
                  .toList())
          .build();
    }
    var id = request.imageIds().getFirst();
    var digest = id.imageTag() == null ? id.imageDigest() : listedDigest(content, id.imageTag());
    var stored = digest == null ? null : content.digests.get(digest);
    if (stored == null || !world.lists(stored)) {
      throw ImageNotFoundException.builder().message("no such image").build();
    }
    return DescribeImagesResponse.builder()
        .imageDetails(ImageDetail.builder().imageDigest(digest).build())
        .build();
  }

  private @Nullable String listedDigest(Content content, String tag) {
    var state = content.tags.get(tag);
    while (state != null && !world.lists(state.set())) {
      state = state.previous();
    }
    return state == null ? null : state.digest();
  }

  @Override
  public DescribeRepositoriesResponse describeRepositories(DescribeRepositoriesRequest request) {
    return DescribeRepositoriesResponse.builder()
        .repositories(
            repositories.keySet().stream()
                .map(name ->
                    Repository.builder().repositoryName(name).repositoryArn(ARN + name).build())
                .toList())
        .build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    content(request.resourceArn().substring(ARN.length()));
    return ListTagsForResourceResponse.builder()
        .tags(Tag.builder().key("created-by").value("pull-rescue").build())
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
