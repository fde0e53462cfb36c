package pt.sunbeam.cli;

import org.jspecify.annotations.Nullable;

/** The program's version, from its jar. */
final class Version {
    private Version() {}

    static String text() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
