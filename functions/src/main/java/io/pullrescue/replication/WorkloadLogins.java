package io.pullrescue.replication;

/** Logins that the definition of a task or a job names for the image of one of its containers. */
public interface WorkloadLogins {
  /**
   * The login that is kept there.
   *
   * @param secret the secret's name or ARN, as the definition has it
   */
  Found find(String secret);

  /** What became of the search. */
  sealed interface Found {}

  /** The login. */
  record Known(Login login) implements Found {}

  /** It is not for us; {@code why} says so to people. */
  record Withheld(String why) implements Found {}
}
