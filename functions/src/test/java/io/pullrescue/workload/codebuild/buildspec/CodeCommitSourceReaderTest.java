package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentMatchers;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codecommit.model.CodeCommitException;
import software.amazon.awssdk.services.codecommit.model.FileDoesNotExistException;
import software.amazon.awssdk.services.codecommit.model.GetFileRequest;
import software.amazon.awssdk.services.codecommit.model.GetFileResponse;

/** Uses a mock client, because no emulator supports GetFile. */
class CodeCommitSourceReaderTest {
  private static final String REPOSITORY_URL =
      "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop";
  private static final String COMMIT = "6f1c0a6d".repeat(5);

  private final CodeCommitClient codeCommit = mock(CodeCommitClient.class);
  private final CodeCommitSourceReader files =
      new CodeCommitSourceReader("us-east-1", () -> codeCommit);

  @Test
  void readsFileOfCommit() {
    when(codeCommit.getFile(anyRequest()))
        .thenAnswer(call -> {
          var builder = GetFileRequest.builder();
          Consumer<GetFileRequest.Builder> request = call.getArgument(0);
          request.accept(builder);
          assertThat(builder.build())
              .isEqualTo(
                  GetFileRequest.builder()
                      .repositoryName("shop")
                      .commitSpecifier(COMMIT)
                      .filePath("ci/buildspec.yml")
                      .build());
          return GetFileResponse.builder().fileContent(SdkBytes.fromUtf8String("abc")).build();
        });

    assertThat(read(REPOSITORY_URL)).isEqualTo(new Found("abc"));
  }

  @Test
  void distinguishesMissingFileFromDeniedAccess() {
    when(codeCommit.getFile(anyRequest()))
        .thenThrow(FileDoesNotExistException.builder().build())
        .thenThrow(refusal(400, "AccessDeniedException"));

    assertThat(read(REPOSITORY_URL)).isEqualTo(new NotFound());
    assertThat(read(REPOSITORY_URL))
        .isEqualTo(new Unavailable("CodeCommit answers AccessDeniedException"));
  }

  @Test
  void rethrowsTransientErrors() {
    when(codeCommit.getFile(anyRequest()))
        .thenThrow(refusal(400, "ThrottlingException"))
        .thenThrow(refusal(503, "ServiceUnavailable"));

    assertThatThrownBy(() -> read(REPOSITORY_URL)).isInstanceOf(CodeCommitException.class);
    assertThatThrownBy(() -> read(REPOSITORY_URL)).isInstanceOf(CodeCommitException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
        "https://git-codecommit.us-east-1.amazonaws.com.evil.example/v1/repos/shop",
        "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/../shop",
        "shop"
      })
  void rejectsRepositoriesOutsideRegion(String location) {
    assertThat(read(location)).isInstanceOf(Unavailable.class);
    verifyNoInteractions(codeCommit);
  }

  private FetchResult read(String location) {
    return files.readFile(location, COMMIT, "ci/buildspec.yml");
  }

  private static AwsServiceException refusal(int status, String code) {
    return CodeCommitException.builder()
        .statusCode(status)
        .awsErrorDetails(
            AwsErrorDetails.builder().serviceName("CodeCommit").errorCode(code).build())
        .build();
  }

  private static Consumer<GetFileRequest.Builder> anyRequest() {
    return ArgumentMatchers.<Consumer<GetFileRequest.Builder>>any();
  }
}
