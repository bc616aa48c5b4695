package io.pullrescue.testing;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Amazon S3 in memory. */
public final class FakeS3Client implements S3Client {
  /** The texts of the objects by {@code bucket/key}. */
  public final Map<String, String> objects = new HashMap<>();

  public boolean accessDenied;

  @Override
  public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
    if (accessDenied) {
      throw S3Exception.builder()
          .statusCode(403)
          .awsErrorDetails(
              AwsErrorDetails.builder().serviceName("S3").errorCode("AccessDenied").build())
          .build();
    }
    var text = objects.get(request.bucket() + "/" + request.key());
    if (text == null) {
      throw NoSuchKeyException.builder().build();
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ResponseInputStream<>(
        GetObjectResponse.builder().contentLength((long) bytes.length).build(),
        AbortableInputStream.create(new ByteArrayInputStream(bytes)));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
