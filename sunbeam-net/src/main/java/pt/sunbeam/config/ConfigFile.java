package pt.sunbeam.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/**
 * {@code config.json}: the current context and each context's settings. Members this version does not know survive a
 * rewrite; a file that cannot be parsed is never overwritten.
 */
public final class ConfigFile {
    /** The context of a user who never chose one. */
    public static final String DEFAULT_CONTEXT = "local";

    private static final String CURRENT = "current-context";
    private static final String CONTEXTS = "contexts";
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Path path;
    private final JsonObject root;

    private ConfigFile(Path path, JsonObject root) {
        this.path = path;
        this.root = root;
    }

    /** Reads the file; an absent one is empty. CONFIG when it is there but unusable. */
    public static ConfigFile read(SunbeamHome home) {
        Path path = home.configFile();
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw broken(path, "it is larger than " + MAX_FILE_BYTES + " bytes");
            }
            JsonObject root = Json.parseObject(Files.readString(path, StandardCharsets.UTF_8));
            if (root == null) {
                throw broken(path, "it is not a JSON object");
            }
            if (root.has(CONTEXTS) && root.object(CONTEXTS) == null) {
                throw broken(path, "\"contexts\" is not an object");
            }
            ConfigFile file = new ConfigFile(path, root);
            if (!SunbeamHome.isUsableName(file.currentContext())) {
                throw broken(path, "its \"current-context\" cannot be a context's name");
            }
            return file;
        } catch (NoSuchFileException e) {
            return new ConfigFile(path, new JsonObject());
        } catch (IOException e) {
            throw broken(path, StateFolder.reason(e));
        }
    }

    private static SunbeamException broken(Path path, String reason) {
        return new SunbeamException(
                FailureCode.CONFIG,
                "the configuration " + path + " cannot be read: " + reason,
                "repair it by hand, or move it away and set it anew with: sunbeam config set KEY VALUE");
    }

    public String currentContext() {
        String current = root.text(CURRENT, DEFAULT_CONTEXT);
        return current.isEmpty() ? DEFAULT_CONTEXT : current;
    }

    /** The names of all contexts in the file, and the current one even when nothing is set in it. */
    public List<String> contexts() {
        JsonObject contexts = root.object(CONTEXTS);
        List<String> names = new ArrayList<>(contexts == null ? List.of() : contexts.names());
        if (!names.contains(currentContext())) {
            names.add(currentContext());
        }
        return names;
    }

    /** A setting of a context, or null when it is not set. */
    public @Nullable String value(String context, ConfigKey key) {
        JsonObject contexts = root.object(CONTEXTS);
        JsonObject settings = contexts == null ? null : contexts.object(context);
        String value = settings == null ? null : settings.text(key.key());
        return value == null || value.isEmpty() ? null : value;
    }

    public void set(String context, ConfigKey key, String value) {
        SunbeamHome.requireUsableName(context);
        member(member(root, CONTEXTS), context).put(key.key(), value);
    }

    public void unset(String context, ConfigKey key) {
        JsonObject contexts = root.object(CONTEXTS);
        JsonObject settings = contexts == null ? null : contexts.object(context);
        if (settings != null) {
            settings.remove(key.key());
        }
    }

    public void use(String context) {
        SunbeamHome.requireUsableName(context);
        root.put(CURRENT, context);
    }

    private static JsonObject member(JsonObject parent, String name) {
        JsonObject child = parent.object(name);
        if (child == null) {
            child = new JsonObject();
            parent.put(name, child);
        }
        return child;
    }

    /** Writes the file atomically, readable for its owner alone: it can hold keys. */
    public void save() {
        try {
            Path folder = path.getParent();
            if (folder != null) {
                PrivateFiles.createFolder(folder);
            }
            PrivateFiles.replace(path, Json.pretty(root) + "\n");
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the configuration " + path + " cannot be written: " + StateFolder.reason(e),
                    "make the folder writable for this user, or set SUNBEAM_HOME to another one",
                    e);
        }
    }
}
