package io.pullrescue.infra;

import org.jspecify.annotations.Nullable;

/** A setting that the deployment stops at, with what is wrong and what would be right. */
final class SettingRefused extends RuntimeException {
  private final String setting;

  SettingRefused(String setting, String why) {
    this(setting, "setting " + setting + ": " + why, null);
  }

  private SettingRefused(String setting, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.setting = setting;
  }

  /** The file cannot be read as settings at all. */
  static SettingRefused unreadable(String place, String why) {
    return new SettingRefused(place, place + ": " + why, null);
  }

  String setting() {
    return setting;
  }

  /** The same, with where the operator finds it. */
  SettingRefused at(String place) {
    return new SettingRefused(setting, place + ": " + getMessage(), this);
  }
}
