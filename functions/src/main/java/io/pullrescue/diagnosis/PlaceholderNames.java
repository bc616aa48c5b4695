package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognizes names that documentation and templates print in the place of an image. */
public final class PlaceholderNames {
  /** No image has this tag: it stands where a template or a manual has {@code image:tag}. */
  private static final Set<String> TAGS = Set.of("tag", "image-tag", "your-tag", "yourtag");

  /** Host names that are reserved for examples, see https://www.rfc-editor.org/rfc/rfc2606. */
  private static final List<String> RESERVED_HOSTS =
      List.of("example.com", "example.net", "example.org", "example", "invalid");

  private static final Pattern ECR_HOST = Pattern.compile("([^.]{1,64})\\.dkr\\.ecr\\..{1,200}");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  private PlaceholderNames() {}

  /** Returns whether the image stands for another one, so that it is not copied. */
  public static boolean isPlaceholder(ImageReference image) {
    var tag = image.tag();
    return (tag != null && TAGS.contains(tag))
        || image.repository().startsWith("your-")
        || image.repository().contains("/your-")
        || isReserved(image.registry())
        || isEcrWithoutAccount(image.registry());
  }

  private static boolean isReserved(String host) {
    return RESERVED_HOSTS.stream()
        .anyMatch(reserved -> host.equals(reserved) || host.endsWith("." + reserved));
  }

  private static boolean isEcrWithoutAccount(String host) {
    var ecr = ECR_HOST.matcher(host);
    return ecr.matches() && !ACCOUNT.matcher(ecr.group(1)).matches();
  }
}
