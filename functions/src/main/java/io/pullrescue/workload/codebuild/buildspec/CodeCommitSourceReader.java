package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codecommit.model.FileDoesNotExistException;

/**
 * Reads files in AWS CodeCommit.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFile.html">GetFile
 *     </a>
 */
final class CodeCommitSourceReader {
  private static final Logger LOG = LoggerFactory.getLogger(CodeCommitSourceReader.class);

  private static final Pattern REPOSITORY_URL =
      Pattern.compile(
          "https://git-codecommit(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?/v1/repos/([\\w.-]{1,100})");

  private final String region;
  private final Supplier<CodeCommitClient> codeCommit;

  CodeCommitSourceReader(String region, Supplier<CodeCommitClient> codeCommit) {
    this.region = region;
    this.codeCommit = codeCommit;
  }

  /**
   * Reads a file.
   *
   * @param location the clone URL of the repository
   * @param commit a commit, branch or tag; null for the head of the default branch
   */
  FetchResult readFile(String location, @Nullable String commit, String path) {
    var repository = REPOSITORY_URL.matcher(location);
    if (!repository.matches() || !repository.group(1).equals(region)) {
      return new Unavailable(
          "not a CodeCommit repository in region "
              + region
              + ": "
              + TextSanitizer.sanitize(location));
    }
    try {
      var file =
          codeCommit
              .get()
              .getFile(request ->
                  request
                      .repositoryName(repository.group(2))
                      .commitSpecifier(commit)
                      .filePath(path));
      return FetchResult.of(file.fileContent().asByteArrayUnsafe());
    } catch (FileDoesNotExistException none) {
      return new NotFound();
    } catch (AwsServiceException error) {
      var reason = AwsErrors.describe(error);
      LOG.atWarn()
          .addKeyValue("repository", repository.group(2))
          .setCause(error)
          .log("Cannot read a source in AWS CodeCommit");
      return new Unavailable(reason);
    }
  }
}
