package io.pullrescue.testing;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codecommit.model.FileDoesNotExistException;
import software.amazon.awssdk.services.codecommit.model.GetFileRequest;
import software.amazon.awssdk.services.codecommit.model.GetFileResponse;

/** AWS CodeCommit in memory: one commit. */
public final class FakeCodeCommitClient implements CodeCommitClient {
  /** The clone URL of a repository in the client's region. */
  public static final String REPOSITORY_URL =
      "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop";

  /** The texts of the files by path. */
  public final Map<String, String> files = new HashMap<>();

  @Override
  public GetFileResponse getFile(GetFileRequest request) {
    var text = files.get(request.filePath());
    if (text == null) {
      throw FileDoesNotExistException.builder().build();
    }
    return GetFileResponse.builder().fileContent(SdkBytes.fromUtf8String(text)).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
