package pt.sunbeam.wireguard;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;

/** The peers by key and by address. Both tables change together, and an update touches only what it changes. */
final class PeerTable {
    private final IndexTable indices;
    private final RandomGenerator random;
    private final Map<NodePublic, WireGuardPeer> byKey = new LinkedHashMap<>();
    private final AllowedIps<WireGuardPeer> byAddress = new AllowedIps<>();

    PeerTable(IndexTable indices, RandomGenerator random) {
        this.indices = indices;
        this.random = random;
    }

    WireGuardPeer put(NodePublic key, List<IpPrefix> prefixes) {
        WireGuardPeer peer = byKey.computeIfAbsent(key, k -> new WireGuardPeer(k, indices, random));
        Set<IpPrefix> present = new LinkedHashSet<>(peer.allowedIps());
        Set<IpPrefix> wanted = new LinkedHashSet<>();
        for (IpPrefix prefix : prefixes) {
            wanted.add(prefix.masked());
        }
        for (IpPrefix gone : present) {
            if (!wanted.contains(gone)) {
                byAddress.remove(gone, peer);
            }
        }
        for (IpPrefix added : wanted) {
            if (!present.contains(added)) {
                byAddress.put(added, peer);
            }
        }
        peer.setAllowedIps(List.copyOf(wanted));
        return peer;
    }

    /** The peer that was known by this key. */
    @Nullable
    WireGuardPeer remove(NodePublic key) {
        WireGuardPeer peer = byKey.remove(key);
        if (peer != null) {
            for (IpPrefix prefix : peer.allowedIps()) {
                byAddress.remove(prefix, peer);
            }
        }
        return peer;
    }

    @Nullable
    WireGuardPeer get(NodePublic key) {
        return byKey.get(key);
    }

    Collection<WireGuardPeer> all() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    @Nullable
    WireGuardPeer route(IpAddress destination) {
        return byAddress.lookup(destination);
    }

    /** Whose address is the source of the IP packet at {@code offset}, whose header is known to be whole. */
    @Nullable
    WireGuardPeer sourceOwner(byte[] b, int offset) {
        return InnerPacket.version(b, offset) == 4
                ? byAddress.lookupV4(b, offset + InnerPacket.SOURCE_AT_V4)
                : byAddress.lookupV6(b, offset + InnerPacket.SOURCE_AT_V6);
    }
}
