package io.pullrescue.infra;

/** Which platforms of an image are copied. */
enum Platforms implements Choice {
  /** Every one: the copy has the digest that the image has upstream. */
  ALL,
  /** The one that the failed work runs on, under its own digest: it costs two pulls at most. */
  NEEDED
}
