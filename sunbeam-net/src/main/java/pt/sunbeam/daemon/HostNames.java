package pt.sunbeam.daemon;

import java.util.Locale;

/** This host's system and processor in the words control servers know. */
final class HostNames {
    private HostNames() {}

    /** As Go's tailcfg spells it: {@code linux}, {@code macOS}, {@code windows}. */
    static String os() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return "macOS";
        }
        return name.startsWith("windows") ? "windows" : name;
    }

    /** Go's name of the processor architecture. */
    static String arch() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> System.getProperty("os.arch", "");
        };
    }
}
