package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognizes names that documentation and templates print in the place of an image. */
public final class PlaceholderNames {
  /** No image has this tag: it stands where a template or a manual has {@code image:tag}. */
  private static final Set<String> TAGS = Set.of("tag", "image-tag", "your-tag", "yourtag");

  private static final Pattern ECR_HOST = Pattern.compile("([^.]{1,64})\\.dkr\\.ecr\\..{1,200}");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  private PlaceholderNames() {}

  /** Returns whether the image stands for another one, so that it is not copied. */
  public static boolean isPlaceholder(ImageReference image) {
    var tag = image.tag();
    return (tag != null && TAGS.contains(tag))
        || image.repository().startsWith("your-")
        || image.repository().contains("/your-")
        || isEcrWithoutAccount(image.registry());
  }

  private static boolean isEcrWithoutAccount(String host) {
    var ecr = ECR_HOST.matcher(host);
    return ecr.matches() && !ACCOUNT.matcher(ecr.group(1)).matches();
  }
}
