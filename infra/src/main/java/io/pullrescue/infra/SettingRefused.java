package io.pullrescue.infra;

/** A setting that the deployment stops at, with what is wrong and what would be right. */
final class SettingRefused extends RuntimeException {
  SettingRefused(String name, String why) {
    super("setting " + name + ": " + why);
  }
}
