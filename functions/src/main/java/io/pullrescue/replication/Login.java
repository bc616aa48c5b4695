package io.pullrescue.replication;

/** A user and a secret of one registry. */
public record Login(String user, String secret) {
  /** Without the secret: this is what ends up in logs. */
  @Override
  public String toString() {
    return "Login[user=" + user + "]";
  }
}
