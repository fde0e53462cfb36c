package pt.sunbeam.daemon;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/**
 * Everything a daemon is told at its start. It reaches the daemon as one message on its standard input and is never in an
 * argument, the environment or a file.
 *
 * @param context whose daemon this is
 * @param version the program's
 * @param server the coordination server's URL
 * @param authKey a pre-auth key, or empty; secret
 * @param hostname the name to ask for
 * @param caFiles PEM files with further roots
 * @param forwards what to listen for
 * @param portMapping whether the router may be asked for a port
 */
public record DaemonSettings(
        String context,
        String version,
        String server,
        String authKey,
        String hostname,
        List<String> caFiles,
        List<ForwardSpec> forwards,
        boolean portMapping) {
    public DaemonSettings {
        caFiles = List.copyOf(caFiles);
        forwards = List.copyOf(forwards);
    }

    /** One line of JSON, with the key. */
    public String toSecretText() {
        return Json.line(new JsonObject()
                .put("context", context)
                .put("version", version)
                .put("server", server)
                .put("authKey", authKey)
                .put("hostname", hostname)
                .put("caFiles", caFiles)
                .put("forwards", forwards.stream().map(ForwardSpec::toString).toList())
                .put("portMapping", portMapping));
    }

    /** The settings that {@code text} spells, or null when it is not {@link #toSecretText}'s. */
    public static @Nullable DaemonSettings parse(String text) {
        JsonObject in = Json.parseObject(text);
        if (in == null || in.text("context") == null || in.text("server") == null) {
            return null;
        }
        List<ForwardSpec> forwards = new ArrayList<>();
        try {
            for (String forward : in.texts("forwards")) {
                forwards.add(ForwardSpec.parse(forward));
            }
        } catch (SunbeamException e) {
            return null;
        }
        return new DaemonSettings(
                in.text("context", ""),
                in.text("version", ""),
                in.text("server", ""),
                in.text("authKey", ""),
                in.text("hostname", ""),
                in.texts("caFiles"),
                forwards,
                in.flag("portMapping"));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "DaemonSettings[" + context + ", " + server + ", " + hostname + ", " + forwards + "]";
    }
}
