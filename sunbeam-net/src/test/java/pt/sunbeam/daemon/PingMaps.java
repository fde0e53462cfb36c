package pt.sunbeam.daemon;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.Node;

/** Netmaps of a node {@code me} with the peers that a test names. */
final class PingMaps {
    static final int REGION = 4;
    private static final Random KEYS = new Random(1);

    private PingMaps() {}

    static Node node(long id, String name, String... addresses) {
        List<IpPrefix> own = Arrays.stream(addresses).map(IpPrefix::parse).toList();
        return Node.of(id, name, NodePrivate.generate(KEYS).publicKey(), own)
                .edit()
                .discoKey(DiscoPrivate.generate(KEYS).publicKey())
                .online(true)
                .node();
    }

    static Netmap map(Node... peers) {
        return new Netmap(
                node(1, "me.tail.test.", "100.64.0.1/32"),
                List.of(peers),
                DerpMap.of(Map.of(REGION, DerpRegion.of(REGION, "fra", List.of()))),
                PacketFilter.DENY_ALL,
                DnsConfig.EMPTY,
                "tail.test",
                Map.of(),
                List.of(),
                Map.of(),
                Duration.ZERO,
                false);
    }
}
