#!/usr/bin/env bash
# launch.sh NAME CLASS [ARGUMENTS]: starts a main class of the functions' jar. The first successful run leaves a cache of
# loaded classes under NAME, which makes later starts quick. A newer jar or another JDK replaces the cache.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
name=$1 main=$2
shift 2

jar=$("$root/scripts/lib/functions-jar.sh")
jdk=$("$root/scripts/lib/jdk.sh")
version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$jdk/release")
cache=$root/functions/target/$name-$version.aot

# Replaces this shell by Java.
java() {
  # A second compiler costs more time than it saves; warnings about an unusable cache would be mixed into the output.
  exec "$jdk/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable -Xlog:all=off \
    --enable-native-access=ALL-UNNAMED -cp "${jar%/*}/pull-rescue-cli.jar" "$@"
}

if [[ $cache -nt $jar ]]; then java -XX:AOTCache="$cache" "$main" "$@"; fi

# On the file system of the cache, so that mv replaces it in one step. The path is in the template because -p is GNU only.
work=$(mktemp -d "${cache%/*}/$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
(java -XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput -XX:AOTMode=record -XX:AOTConfiguration="$work/classes" "$main" "$@")
if (java -XX:AOTMode=create -XX:AOTConfiguration="$work/classes" -XX:AOTCache="$work/cache" >/dev/null 2>&1); then
  mv "$work/cache" "$cache"
fi
