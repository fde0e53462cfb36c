#!/bin/sh
# sunbeam: this script, then a jar. It finds a Java 25 (as scripts/find-jdk does: it reads "release" files and starts
# nothing), picks the JVM's flags by role and runs the jar that follows. The build's id is part of the class archive's
# name, so an archive of another build is never looked at; the JVM itself refuses one made from another file.
build=@BUILD@

self=$0
case $self in */*) ;; *) [ -f "$self" ] || self=$(command -v -- "$self") ;; esac
self=$(readlink -f -- "$self" 2>/dev/null) || self=$0

fits() {
    [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            'JAVA_VERSION="25"'*|'JAVA_VERSION="25.'*)
                java_home=$1
                java_version=${line#*\"}
                java_version=${java_version%%\"*}
                return 0 ;;
        esac
    done < "$1/release"
    return 1
}

find_java() {
    [ -z "${SUNBEAM_JAVA_HOME:-}" ] || fits "$SUNBEAM_JAVA_HOME" ||
        echo "sunbeam: warning: SUNBEAM_JAVA_HOME=$SUNBEAM_JAVA_HOME is no home of a Java 25; another is looked for" >&2
    for home in "${SUNBEAM_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
        [ -n "$home" ] && fits "$home" && return 0
    done
    on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f -- "$on_path" 2>/dev/null) &&
        fits "${on_path%/bin/java}" && return 0
    for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home
    do
        fits "$home" && return 0
    done
    return 1
}

if ! find_java; then
    echo "sunbeam runs on Java 25 and none was found: install one (for example Temurin 25) or point JAVA_HOME at it." >&2
    exit 1
fi

if [ -n "${SUNBEAM_HOME:-}" ]; then cache=$SUNBEAM_HOME/cache
elif [ -n "${XDG_CACHE_HOME:-}" ]; then cache=$XDG_CACHE_HOME/sunbeam
else cache=${HOME:-/nonexistent}/.cache/sunbeam; fi
case $cache in /*) ;; *) cache=$PWD/$cache ;; esac

role=client
case ${1:-} in
    __vpn-daemon) role=daemon ;;
    __warm) role=warm ;;
    *) for argument in "$@"; do [ "$argument" = --foreground ] && role=daemon; done ;;
esac

kind=client
[ $role = daemon ] && kind=daemon
archive=$cache/$kind-$build-$java_version.jsa
# An archive serves only the file it was made from: the note beside it tells which.
usable=false
if [ $role != warm ] && [ -f "$archive" ] && [ -f "$archive.of" ]; then
    IFS= read -r of < "$archive.of" || :
    case $of in "$self "*) usable=true ;; esac
fi

terminal=false
[ -t 2 ] && terminal=true
count=$#
if [ $role = daemon ]; then
    # A heap that starts small and grows under traffic, and native memory given back: an idle daemon stays small.
    set -- "$@" -XX:+UseSerialGC -Xms16m -Xmx128m -XX:NewSize=6m -XX:MaxNewSize=32m -XX:+UseCompactObjectHeaders \
        -XX:TrimNativeHeapInterval=5000 -XX:+ExitOnOutOfMemoryError -XX:-HeapDumpOnOutOfMemoryError \
        "-Dio.netty.native.workdir=$cache" "-DZstdTempFolder=$cache" \
        "-Dorg.newsclub.net.unix.library.tmpdir=$cache"
    if [ $usable = true ]; then set -- "$@" "-XX:SharedArchiveFile=$archive"
    else set -- "$@" -XX:+RecordDynamicDumpInfo; fi
    mkdir -p -m 700 -- "$cache" 2>/dev/null && chmod 700 -- "$cache" 2>/dev/null
    MALLOC_ARENA_MAX=2
    export MALLOC_ARENA_MAX
else
    set -- "$@" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -Xshare:auto
    if [ $role = warm ]; then set -- "$@" "-XX:ArchiveClassesAtExit=${2:?}"
    elif [ $usable = true ]; then set -- "$@" "-XX:SharedArchiveFile=$archive"; fi
fi
set -- "$@" -Xlog:disable -Xlog:all=error:stderr "-Dsunbeam.executable=$self" "-Dsunbeam.cache=$cache" \
    "-Dsunbeam.build=$build-$java_version" "-Dsunbeam.terminal=$terminal" ${SUNBEAM_JAVA_OPTIONS:-} -jar "$self"
# The user's own arguments stand first: move each behind the flags.
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    set -- "$@" "$argument"
    count=$((count - 1))
done
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
exec "$java_home/bin/java" "$@"
exit 1
