package pt.sunbeam.dataplane;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/**
 * Names of peers to their addresses: the exact full name, or the exact first label. What two peers are called leads to
 * neither; nothing is ever matched by a prefix. Immutable.
 */
public final class TailnetNames {
    public static final TailnetNames EMPTY = new TailnetNames(Map.of());

    private final Map<String, List<IpPrefix>> addresses;

    private TailnetNames(Map<String, List<IpPrefix>> addresses) {
        this.addresses = addresses;
    }

    /** The names of every peer of {@code netmap}. */
    public static TailnetNames of(Netmap netmap) {
        Map<String, List<IpPrefix>> found = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        for (Node peer : netmap.peers()) {
            for (String name : namesOf(peer)) {
                if (found.put(name, peer.addresses()) != null) {
                    ambiguous.add(name);
                }
            }
        }
        found.keySet().removeAll(ambiguous);
        return new TailnetNames(Map.copyOf(found));
    }

    private static Set<String> namesOf(Node peer) {
        Set<String> names = new HashSet<>();
        names.add(withoutFinalDot(lower(peer.shortName())));
        names.add(withoutFinalDot(lower(peer.name())));
        names.remove("");
        return names;
    }

    /** The address that {@code host}, a literal or a name, means now; IPv4 where a peer has both; null when nobody has it. */
    public @Nullable IpAddress resolve(String host) {
        IpAddress literal = IpAddress.parse(host);
        if (literal != null) {
            return literal;
        }
        IpAddress any = null;
        for (IpPrefix own : addresses.getOrDefault(withoutFinalDot(lower(host)), List.of())) {
            if (!own.address().v6()) {
                return own.address();
            }
            any = own.address();
        }
        return any;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String withoutFinalDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
