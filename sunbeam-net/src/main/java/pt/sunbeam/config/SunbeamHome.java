package pt.sunbeam.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/**
 * The root of everything this user's sunbeam keeps: {@code ~/.sunbeam}, or what SUNBEAM_HOME names.
 *
 * @param root an absolute path
 */
public record SunbeamHome(Path root) {
    /** The root for this process's environment; CONFIG when there is none. */
    public static SunbeamHome fromEnvironment() {
        return from(System.getenv("SUNBEAM_HOME"), System.getenv("HOME"));
    }

    static SunbeamHome from(@Nullable String sunbeamHome, @Nullable String home) {
        if (sunbeamHome != null && !sunbeamHome.isEmpty()) {
            return new SunbeamHome(Path.of(sunbeamHome).toAbsolutePath().normalize());
        }
        if (home == null || home.isEmpty()) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "there is no home folder: neither SUNBEAM_HOME nor HOME is set",
                    "set SUNBEAM_HOME to a folder that sunbeam may use");
        }
        return new SunbeamHome(Path.of(home, ".sunbeam").toAbsolutePath());
    }

    public Path configFile() {
        return root.resolve("config.json");
    }

    /** The state folder of a context; USAGE when the context's name cannot be a folder's. */
    public StateFolder state(String context) {
        requireUsableName(context);
        return new StateFolder(root.resolve("vpn").resolve(context));
    }

    static boolean isUsableName(String context) {
        return !context.isEmpty()
                && !context.startsWith(".")
                && context.getBytes(StandardCharsets.UTF_8).length <= 64
                && context.chars().allMatch(c -> c > ' ' && c != '/' && c != '\\' && c != 127);
    }

    static void requireUsableName(String context) {
        if (!isUsableName(context)) {
            throw new SunbeamException(
                    FailureCode.USAGE,
                    "\"" + context + "\" cannot be a context's name",
                    "use 1 to 64 letters, digits, dots, dashes or underscores, not starting with a dot");
        }
    }
}
