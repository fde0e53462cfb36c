#!/bin/sh
# Makes the executable: the stub with the jar's digest as its build id, then the jar.
# assemble.sh STUB JAR OUTPUT
set -eu
stub=$1 jar=$2 output=$3
if command -v sha256sum >/dev/null 2>&1; then sum=$(cat "$stub" "$jar" | sha256sum); else sum=$(cat "$stub" "$jar" | shasum -a 256); fi
build=$(printf %.16s "$sum")
rm -f "$output.part"
{ sed "s/@BUILD@/$build/" "$stub"; cat "$jar"; } > "$output.part"
chmod 755 "$output.part"
mv "$output.part" "$output"
