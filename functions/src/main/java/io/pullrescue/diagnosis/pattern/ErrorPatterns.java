package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import io.pullrescue.diagnosis.pattern.LogPattern.Specificity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Lists the phrases that tools and registries print when a pull fails, by cause. If a line matches
 * several rows, the upper one wins: put a more specific cause above a less specific one. The
 * language of the phrases is described in README.md of {@code diagnosis}.
 */
final class ErrorPatterns {
  private record Row(
      Cause cause, Specificity specificity, List<String> phrases, boolean clientSide) {}

  private static final List<Row> TABLE =
      List.of(
          // Docker Hub locks an account for wrong passwords; the same credentials prolong it.
          clientSide(Cause.RATE_LIMITED, "too many failed login attempts"),
          definitive(
              Cause.RATE_LIMITED,
              """
              toomanyrequests | pull rate limit* | download rate limit* | hap429 | error parsing http 429 response body |
              docker.com/increase-rate-limit* | download-rate-limit*\
              """),
          contextual(
              Cause.RATE_LIMITED,
              """
              too many requests | status code 429 | status code: 429 | statuscode: 429 |
              status 429 | status: 429 | response code 429 | http 429 | error 429 | code: 429 |
              rate exceeded | rate limit exceeded | exceeded rate limit | rate limited |
              rate limit | rate-limit* | quota exceeded | data limit exceeded |
              throttlingexception | request limit exceeded | 너무 많은 요청 | 속도 한계 | 속도 제한 |
              リクエストが多すぎ* | プルレート制限 | プル率の制限 | レート制限 | zu viele anfragen | zu viele anforderungen |
              pull-ratenlimit | pull-rate-limit | ratenbegrenzung | 请求过多 | 请求太多 | 速率限制 | 太多請求 |
              提取率限制 | trop de requêtes | trop de demandes | taux d'extraction |
              demasiadas solicitudes | tasa de extracción | muitas solicitações |
              taxa de extração\
              """),
          definitive(
              Cause.PLATFORM_MISMATCH,
              """
              no matching manifest for | no matching manifest |
              no match for platform in manifest | no match for platform |
              no match for current platform | failed to find a descriptor for platform |
              does not contain descriptor matching platform | descriptor matching platform |
              no image found in manifest list for | no image found in image index for |
              no child with platform | cannot be used on this platform |
              -based image is incompatible with a | does not match the specified platform\
              """),
          contextual(
              Cause.DISK_FULL,
              """
              no space left on device | not enough space on the disk | not enough disk space |
              not enough space | insufficient disk space | insufficient space |
              disk quota exceeded | out of disk space | enospc | 장치에 남은 공간이 없* | デバイスに空き* |
              kein speicherplatz mehr\
              """),
          definitive(
              Cause.INVALID_REFERENCE,
              """
              invalid reference format | couldn't parse image reference |
              couldn't parse image name | could not parse image reference |
              failed to parse image reference | failed to parse image name |
              failed to apply default image tag | invalidimagename | invalid image reference |
              invalid image name | is not a valid repository/tag |
              repository name must be canonical | must be lowercase | could not parse reference |
              did not resolve to an alias | short-name resolution enforced |
              short name mode is enforcing | is not valid. provide a valid source image |
              invalid docker image reference | 잘못된 참조 형식 | 無効な参照形式 | ungültiges referenzformat |
              ungültiges verweisformat\
              """),
          definitive(Cause.UNAUTHENTICATED, "no basic auth credentials | basic auth credentials"),
          definitive(
              Cause.ACCESS_DENIED,
              """
              pull access denied | may require 'docker login' | may require authorization |
              may require authentication\
              """),
          contextual(
              Cause.ACCESS_DENIED,
              """
              denied | access denied | denied: | accessdenied* |
              access to the resource is denied | insufficient_scope | insufficient scope* |
              insufficient scopes | not authorized to perform | permission_denied |
              permission denied for | error parsing http 403 response body | 403 forbidden |
              403 (forbidden) | status code 403 | status code: 403 | statuscode: 403 |
              status: 403 | status 403 | response code 403 | error 403 | ": forbidden |
              check that the role has the permissions to pull | does not grant ecr:* |
              does not have permission to access | is not accessible. please check | 액세스가 거부* |
              접근이 거부* | アクセスが拒否* | アクセス拒否 | zugriff verweigert |
              zugriff auf die ressource verweigert | 访问被拒绝 | 拒绝访问\
              """),
          contextual(
              Cause.UNAUTHENTICATED,
              """
              unauthorized | error parsing http 401 response body | 401 (unauthorized) |
              status code 401 | status code: 401 | statuscode: 401 | status: 401 | status 401 |
              response code 401 | authentication required | incorrect username or password |
              wrong username or password | invalid username/password | username and password |
              authentication failed | auth error | not authenticated | unauthenticated request* |
              승인되지 않* | 권한이 없* | 認証が必要* | nicht autorisiert | authentifizierung erforderlich |
              未授权\
              """),
          contextual(Cause.UPSTREAM_ERROR, "unexpected media type"),
          clientSide(
              Cause.UPSTREAM_ERROR,
              """
              error getting credentials - err* | pull qps exceeded | input/output error |
              read-only file system | insufficient uids or gids* | layer media type for the source image\
              """),
          definitive(
              Cause.IMAGE_NOT_FOUND,
              """
              manifest unknown | manifest_unknown | manifest is unknown |
              name unknown: the repository | repository name not known to registry |
              unable to find image in the registries |
              requested image not found | requested image's tag not found\
              """),
          contextual(
              Cause.IMAGE_NOT_FOUND,
              """
              preparation failed: error: no such image | (system failure): error: no such image |
              name unknown | name_unknown | error parsing http 404 response body | not found |
              404 not found | status code 404 | status code: 404 | statuscode: 404 | status: 404 |
              status 404 | response code 404 | not found: 404 | does not exist or no pull access |
              does not exist in the registry | does not exist in repository |
              image does not exist | cannot find the requested image |
              unable to locate any local docker images with name |
              does not exist. provide a valid source image | check whether the image exists |
              no such manifest | unknown blob | blob unknown | 찾을 수 없* | 見つかりません* |
              nicht gefunden | 找不到 | 未找到\
              """),
          contextual(
              Cause.NETWORK,
              """
              i/o timeout | tls handshake timeout | tlshandshaketimeout* | handshake timeout |
              handshake failure | timeout exceeded |
              request canceled while waiting for connection | request canceled |
              net/http: timeout | timeout awaiting response headers | connection timed out |
              operation timed out | connect timed out | read timed out | timed out | timeout |
              dial tcp | read tcp | write tcp | wsarecv: * | wsasend: * | connectex: * |
              forcibly closed by the remote host | connection refused | connection reset |
              connection aborted | connection closed | broken pipe | no such host |
              network is unreachable | host is unreachable | no route to host | name resolution |
              name or service not known | could not resolve | unable to connect to |
              server misbehaving | x509: | x509 | unknown authority | certificate has expired |
              certificate verify failed | certificate is not trusted |
              unable to find valid certification path* | tls: * | remote error: tls |
              http response to https client | http: server gave* | unrecognized ssl message |
              unexpected eof | : eof | eof | proxyconnect | /v2/: forbidden | /v2/": forbidden |
              check your network configuration | check your task network configuration |
              connection issue between | connectionerror | sockettimeoutexception |
              unknownhostexception | connectexception | etimedout | econnreset | econnrefused |
              enotfound | eai_again | http2: * | stream error | use of closed network connection |
              failed to do request | deadline exceeded | deadlineexceeded | 시간 초과 | 연결 거부 |
              연결을 기다리는* | タイムアウト | 接続が拒否* | zeitüberschreitung | verbindung abgelehnt |
              verbindung verweigert | 超时\
              """),
          secondary(Cause.NETWORK, "context canceled | context cancelled | operation was canceled"),
          secondary(Cause.UPSTREAM_ERROR, "no such image"),
          // The signature policy of the client's own configuration.
          clientSide(Cause.UPSTREAM_ERROR, "rejected by policy"),
          contextual(
              Cause.UPSTREAM_ERROR,
              """
              error parsing http 5* | 500 internal server error | bad gateway |
              service unavailable | gateway timeout | gateway time-out | 400 bad request |
              bad request | 405 method not allowed | 409 conflict | 410 gone |
              416 requested range not satisfiable | unexpected http status |
              unexpected http response | unexpected status code | unexpected status |
              unexpected response | invalid status response |
              filesystem layer verification failed | image verification failed |
              mismatched image rootfs | missing signature key | unsupported media type |
              unsupported mediatype | unsupported schema version | unsupported manifest* |
              no processor for media-type* | invalid tar header | unexpected commit digest |
              failed size validation | digest mismatch | checksum mismatch |
              did not match verified | error unmarshalling content | invalid character |
              cannot unmarshal | unexpected end of json input |
              could not reach any registry endpoint | don't match: * | manifest invalid |
              manifest verification failed | mediatype in manifest should be | schema 1 |
              invalid checksum digest | panic: runtime error | permission denied |
              response status code * | unknown: | server error for |
              no scope specified for token auth challenge | 500 server error | status 405 |
              status 502 | status 503 | status 504 | unsupported status code\
              """),
          // Layers are verified before they are unpacked, so that the fault is the host's.
          clientSide(
              Cause.UPSTREAM_ERROR,
              """
              failed to register layer | failed to extract layer | applylayer exit status |
              processing tar file | operation not permitted\
              """));

  private ErrorPatterns() {}

  /** Returns every phrase with its pattern. */
  static List<Map.Entry<String, LogPattern>> phrases() {
    List<Map.Entry<String, LogPattern>> phrases = new ArrayList<>();
    for (var rank = 0; rank < TABLE.size(); rank++) {
      var row = TABLE.get(rank);
      var pattern = new ErrorPattern(row.cause(), row.specificity(), rank, row.clientSide());
      row.phrases().forEach(phrase -> phrases.add(Map.entry(phrase, pattern)));
    }
    return phrases;
  }

  private static Row definitive(Cause cause, String phrases) {
    return new Row(cause, Specificity.DEFINITIVE, splitPhrases(phrases), false);
  }

  private static Row contextual(Cause cause, String phrases) {
    return new Row(cause, Specificity.CONTEXTUAL, splitPhrases(phrases), false);
  }

  private static Row secondary(Cause cause, String phrases) {
    return new Row(cause, Specificity.SECONDARY, splitPhrases(phrases), false);
  }

  /** Describes failures of the client or its host, which a mirrored image does not avoid. */
  private static Row clientSide(Cause cause, String phrases) {
    return new Row(cause, Specificity.CONTEXTUAL, splitPhrases(phrases), true);
  }

  private static List<String> splitPhrases(String row) {
    return Arrays.stream(row.split("\\|")).map(String::strip).toList();
  }
}
