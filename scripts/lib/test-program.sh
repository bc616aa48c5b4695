#!/usr/bin/env bash
# test-program.sh CLASS [ARGUMENTS]: compiles the tests of the functions and runs a main class among them.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
JAVA_HOME=$("$root/scripts/lib/jdk.sh") && export JAVA_HOME

cd "$root"
exec mvn -q -B -Dstyle.color=never -pl functions -Dspotless.check.skip=true test-compile exec:exec \
  -Dexec.executable="$JAVA_HOME/bin/java" -Dexec.classpathScope=test -Dexec.args="-cp %classpath $*"
