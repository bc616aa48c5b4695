package io.pullrescue.text;

import static java.util.stream.Collectors.toMap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Lists the forms in which programs print secrets. No sample is a secret, and none is in this file:
 * each is put together from its prefix and a sequence of characters.
 */
public final class SecretSamples {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z]*)(\\d*)}");

  private SecretSamples() {}

  /**
   * The forms: {@code {s}} is a short password, {@code {40}} are 40 letters and digits, {@code
   * {h40}} hexadecimal digits, {@code {b40}} base64, {@code {u40}} capitals and digits. A tilde
   * separates the parts of a prefix.
   */
  private static final Map<String, String> FORMS = new LinkedHashMap<>();

  static {
    // Labels, headers, commands and addresses
    form("AWS secret access key in YAML", "AWS_SECRET_ACCESS_KEY: {b40}");
    form("AWS secret access key exported", "export AWS_SECRET_ACCESS_KEY='{b40}'");
    form("AWS secret access key configured", "aws configure set aws_secret_access_key {b40}");
    form("AWS session token", "AWS_SESSION_TOKEN=IQoJ{b80}");
    form("variable PASS", "DB_PASS={s}");
    form("variable PWD", "MYSQL_PWD={s}");
    form("variable PASSWORD", "PGPASSWORD={s} psql");
    form("variable AUTH", "REDIS_AUTH={s}");
    form("variable CREDENTIALS", "CI_CREDENTIALS={s}");
    form("variable with capitals and colon", "RAILS_SECRET_KEY_BASE: {h40}");
    form("quoted value with a blank", "DB_PASSWORD=\"my {s}\"");
    form("camel case", "clientSecret: {s}");
    form("plain password", "password: {s} toomanyrequests");
    form("plain token", "token: {40}");
    form("build argument", "docker build --build-arg NPM_TOKEN={s} .");
    form("JSON", "{\"username\": \"me\", \"password\": \"{s}\"}");
    form("JSON in JSON", "{\\\"identitytoken\\\":\\\"{s}\\\"}");
    form("Docker configuration", "{\"auths\": {\"ghcr.io\": {\"auth\": \"{b24}\"}}}");
    form("XML", "<server><password>{s}</password></server>");
    form("user information", "Get \"https://ci:{s}@registry.example.com/v2/\": denied");
    form("token as user", "fatal: https://{h40}@git.example.com/team/app.git not found");
    form("password with a slash", "redis://:{s}/x@cache:6379/0 timeout");
    form("database address", "postgres://app:{s}@db:5432/app");
    form("signed URL of CloudFront", "https://cdn.example.com/x?Signature={s}&Key-Pair-Id={s}");
    form(
        "signed URL of S3",
        "https://b.s3.amazonaws.com/l?X-Amz-Credential={s}&X-Amz-Signature={s}");
    form("signed URL of Docker Hub", "https://production.cloudflare.docker.com/x?verify={s}");
    form("signed URL of Azure", "https://x.blob.core.windows.net/l?sv=2024&sig={s}");
    form("storage account of Azure", "AccountName=x;AccountKey={b86}==;EndpointSuffix=core");
    form("key in a query", "https://maps.example.com/js?key={s}");
    form("header Authorization Bearer", "Authorization: Bearer {s}.{s}");
    form("header Authorization Basic", "authorization: basic {b24}");
    form("header Authorization token", "Authorization: token {h40}");
    form("header Authorization without scheme", "Authorization: {s}");
    form("bearer without header", "sent bearer {40}");
    form("header X-Api-Key", "X-Api-Key: {s}");
    form("header X-Amz-Security-Token", "x-amz-security-token: {b80}");
    form("header PRIVATE-TOKEN", "curl --header \"PRIVATE-TOKEN: {s}\" https://git.example.com");
    form("header Cookie", "Cookie: session={s}; theme=dark");
    form("docker login --password", "docker login --username me --password {s} ghcr.io");
    form("docker login -p", "docker login -u me -p {s} && docker pull ruby");
    form("docker login from echo", "echo {s} | docker login -u me --password-stdin");
    form("curl -u", "curl -u me:{s} https://example.com");
    form("mysql -p", "mysql -h db -uroot -p{s} app");
    form("sshpass", "sshpass -p {s} ssh host");
    form("redis-cli -a", "redis-cli -h cache -p 6379 -a {s} ping");
    form("htpasswd -b", "htpasswd -Bbn me {s}");
    form("openssl pass", "openssl enc -d -k x -passin pass:{s}");
    form("flag with a token", "snyk auth --api-token {s}");
    form("npm configuration", "//registry.npmjs.org/:_authToken={s}");
    form("private key", "-----BEGIN RSA PRI~VATE KEY----- {b64}");
    form("Slack webhook", "https://hooks.sl~ack.com/services/T{u8}/B{u8}/{24}");
    form("Discord webhook", "https://discord.com/api/web~hooks/123456789012345678/{40}");
    form("Teams webhook", "https://team.webhook.office.com/web~hookb2/{h32}/IncomingWebhook/{h32}");
    // Issuers
    form("AWS access key", "AK~IA{u16}");
    form("AWS temporary access key", "AS~IA{u16}");
    form("Amazon Bedrock", "AB~SK{b110}");
    form("Docker Hub", "dckr_~pat_{27}");
    form("Docker Hub organization", "dckr_~oat_{32}");
    form("GitHub classic", "gh~p_{36}");
    form("GitHub app", "gh~s_{36}");
    form("GitHub fine-grained", "github_~pat_{22}_{59}");
    form("GitLab", "gl~pat-{20}");
    form("GitLab runner", "gl~rt-{20}");
    form("GitLab job", "gl~cbt-64_{20}");
    form("npm", "np~m_{36}");
    form("PyPI", "py~pi-AgEIcHlwaS5vcmc{60}");
    form("RubyGems", "ruby~gems_{h48}");
    form("Google API", "AI~za{35}");
    form("Google OAuth", "ya~29.{40}");
    form("Google client", "GOC~SPX-{28}");
    form("Slack bot", "xo~xb-123456789012-1234567890123-{24}");
    form("Slack app", "xa~pp-1-A{u10}-1234567890123-{h40}");
    form("Stripe live", "sk_~live_{24}");
    form("Stripe restricted", "rk_~live_{24}");
    form("SendGrid", "S~G.{22}.{43}");
    form("Twilio", "S~K{h32}");
    form("Mailgun", "ke~y-{h32}");
    form("Mailchimp", "{h32}-~us12");
    form("Telegram", "123456789:~AA{33}");
    form("Discord bot", "M{u23}.{6}.{27}");
    form("HashiCorp Vault", "hv~s.{90}");
    form("Terraform Cloud", "{14}.atl~asv1.{60}");
    form("Doppler", "dp.~pt.{43}");
    form("Databricks", "da~pi{h32}");
    form("DigitalOcean", "dop_~v1_{h64}");
    form("Shopify", "shp~at_{h32}");
    form("Azure client secret", "{3}8~Q~~{31}");
    form("Alibaba Cloud", "LT~AI{20}");
    form("Atlassian", "AT~ATT3{60}");
    form("Artifactory", "AK~Cp{69}");
    form("OpenAI", "s~k-proj-{48}");
    form("Anthropic", "s~k-ant-api03-{93}");
    form("Hugging Face", "h~f_{34}");
    form("Grafana", "gl~sa_{32}_{h8}");
    form("Sentry", "sntr~yu_{h64}");
    form("New Relic", "NR~AK-{u27}");
    form("Postman", "PM~AK-{h24}-{h34}");
    form("Linear", "lin_~api_{40}");
    form("PlanetScale", "pscale_~tkn_{43}");
    form("Pulumi", "pu~l-{h40}");
    form("Square", "sq~0atp-{22}");
    form("Sendinblue", "xkey~sib-{h64}-{16}");
    form("Fly.io", "fo~1_{43}");
    form("1Password", "A~3-{u6}-{u11}-{u5}-{u5}-{u5}");
    form("age", "AGE-SEC~RET-KEY-1{u58}");
    form("JSON web token", "ey~J{20}.ey~J{40}.{43}");
    form("Facebook", "EA~AC{100}");
    form("OpenShift", "sha~256~~{43}");
    // Neither label nor prefix
    form("40 letters and digits", "{40}");
    form("base64 with slashes", "{b64}");
    form("32 hexadecimal digits", "{h32}");
  }

  private static void form(String name, String form) {
    FORMS.put(name, form);
  }

  /** Returns the samples by the names of their forms. */
  public static Map<String, Sample> all() {
    return FORMS.entrySet().stream()
        .collect(
            toMap(
                Map.Entry::getKey,
                form -> sample(form.getValue()),
                (one, _) -> one,
                LinkedHashMap::new));
  }

  /** Returns logs of failed pulls with the sample in places where a build may print it. */
  public static List<String> logsWith(Sample sample) {
    var text = sample.text();
    return List.of(
        "docker pull ruby:2.7 " + text + "\ntoomanyrequests: x",
        "FROM ruby:2.7\ntoomanyrequests: " + text,
        "FROM ruby:2.7\n" + text + " toomanyrequests: x",
        "failed to solve: " + text + ": toomanyrequests: x",
        "Error: pull access denied for " + text + ", denied");
  }

  private static Sample sample(String form) {
    var joined = form.replace("~~", "\u0001").replace("~", "").replace('\u0001', '~');
    var secrets = PLACEHOLDER.matcher(joined).results().map(SecretSamples::secret).toList();
    var text = PLACEHOLDER.matcher(joined).replaceAll(SecretSamples::secret);
    return new Sample(text, secrets.stream().filter(secret -> secret.length() > 8).toList());
  }

  private static String secret(MatchResult placeholder) {
    var kind = placeholder.group(1);
    if (kind.equals("s")) {
      return "canary-7f3Kq9";
    }
    var alphabet =
        switch (kind) {
          case "h" -> "7f3c09e1a4b8d265";
          case "b" -> "wJ4lrXUtnF/EMI+K7MDENG/bPxRf1CYEkAMpLeKE9";
          case "u" -> "K7Q3X9ZB2MW4HN6T";
          default -> "c4n4Ry7F3kQ9xZ2wLm8VbT6pHs5Jd1Gq0";
        };
    var length = Integer.parseInt(placeholder.group(2));
    return alphabet.repeat(length / alphabet.length() + 1).substring(0, length);
  }

  /**
   * A text with a secret.
   *
   * @param secrets the secret, and others in the text; parts of at most eight characters are not
   *     among them
   */
  public record Sample(String text, List<String> secrets) {}
}
