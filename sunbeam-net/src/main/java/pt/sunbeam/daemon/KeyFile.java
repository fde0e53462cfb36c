package pt.sunbeam.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.control.NodeKeyStore;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.NodePrivate;

/**
 * The long-lived keys of one context, in {@code keys.json}: for each server a machine key, the node key, and one that is
 * pending. Going to another server and back keeps both identities. The file is replaced as a whole, never torn; one that
 * cannot be read is never overwritten, because losing a machine key makes the server see a second device.
 */
final class KeyFile implements NodeKeyStore {
    private static final String SERVERS = "servers";
    private static final String MACHINE = "machine-key";
    private static final String NODE = "node-key";
    private static final String PENDING = "pending-node-key";
    private static final String LOG_ID = "backend-log-id";
    private static final int LOG_ID_BYTES = 32;

    private final Path path;
    private final JsonObject root;
    private final JsonObject entry;

    private KeyFile(Path path, JsonObject root, JsonObject entry) {
        this.path = path;
        this.root = root;
        this.entry = entry;
    }

    /** Reads the keys for {@code server}, making and saving what is missing; CONFIG when the file is unusable. */
    static KeyFile open(Path path, String server, RandomGenerator random) {
        JsonObject root = read(path);
        JsonObject servers = child(path, root, SERVERS);
        JsonObject entry = child(path, servers, server);
        KeyFile file = new KeyFile(path, root, entry);
        file.check();
        boolean incomplete = !entry.has(MACHINE) || !entry.has(LOG_ID);
        if (!entry.has(MACHINE)) {
            entry.put(MACHINE, MachinePrivate.generate(random).toSecretText());
        }
        if (!entry.has(LOG_ID)) {
            byte[] id = new byte[LOG_ID_BYTES];
            random.nextBytes(id);
            entry.put(LOG_ID, Hex.encode(id));
        }
        if (incomplete) {
            file.save();
        }
        return file;
    }

    private static JsonObject read(Path path) {
        try {
            JsonObject root = Json.parseObject(Files.readString(path, StandardCharsets.UTF_8));
            if (root == null) {
                throw unusable(path, "it is not a JSON object", null);
            }
            return root;
        } catch (NoSuchFileException e) {
            return new JsonObject();
        } catch (IOException e) {
            throw unusable(path, String.valueOf(e.getMessage()), e);
        }
    }

    private static JsonObject child(Path path, JsonObject parent, String name) {
        JsonObject child = parent.object(name);
        if (child == null && parent.has(name)) {
            throw unusable(path, "\"" + name + "\" is not a JSON object", null);
        }
        if (child == null) {
            child = new JsonObject();
            parent.put(name, child);
        }
        return child;
    }

    private static SunbeamException unusable(Path path, String reason, @Nullable Throwable cause) {
        return new SunbeamException(
                FailureCode.CONFIG,
                "the key file " + path + " cannot be used: " + reason,
                "restore it, or move it away to join the tailnet as a new device",
                cause);
    }

    /** Before anything is written: what is there must be usable. */
    private void check() {
        if (entry.has(MACHINE)) {
            machineKey();
        }
        load();
    }

    MachinePrivate machineKey() {
        MachinePrivate key = MachinePrivate.fromSecretText(entry.text(MACHINE, ""));
        if (key == null) {
            throw unusable(path, "its machine key is damaged", null);
        }
        return key;
    }

    /** Sixty-four hexadecimal digits that stay the same for this installation. */
    String backendLogId() {
        return entry.text(LOG_ID, "");
    }

    @Override
    public NodeKeys load() {
        return new NodeKeys(nodeKey(NODE), nodeKey(PENDING));
    }

    private @Nullable NodePrivate nodeKey(String member) {
        if (!entry.has(member)) {
            return null;
        }
        NodePrivate key = NodePrivate.fromSecretText(entry.text(member, ""));
        if (key == null) {
            throw unusable(path, "its " + member + " is damaged", null);
        }
        return key;
    }

    @Override
    public void store(NodeKeys keys) {
        NodePrivate current = keys.current();
        NodePrivate pending = keys.pending();
        entry.put(NODE, current == null ? null : current.toSecretText());
        entry.put(PENDING, pending == null ? null : pending.toSecretText());
        save();
    }

    private void save() {
        try {
            PrivateFiles.replace(path, Json.pretty(root) + "\n");
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the key file " + path + " cannot be written: " + e.getMessage(),
                    "free space on the disk, or make the folder writable for this user",
                    e);
        }
    }
}
