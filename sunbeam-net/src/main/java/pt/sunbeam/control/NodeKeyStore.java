package pt.sunbeam.control;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.NodePrivate;

/**
 * Keeps the node keys. A new key is on disk as {@code pending} before the first request that names it, because a crash
 * between the server's consent and ours would burn a single-use auth key; it becomes {@code current} when the server has
 * accepted it, and before the map is asked for. Called on the control client's thread; {@link #store} returns when the keys
 * are safe.
 */
public interface NodeKeyStore {
    NodeKeys load();

    void store(NodeKeys keys);

    /**
     * The keys of a node.
     *
     * @param current accepted by the server; null before the first login
     * @param pending generated, perhaps known to the server already
     */
    record NodeKeys(@Nullable NodePrivate current, @Nullable NodePrivate pending) {
        public static final NodeKeys NONE = new NodeKeys(null, null);
    }
}
