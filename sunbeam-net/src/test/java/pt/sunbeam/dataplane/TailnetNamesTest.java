package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.Node;

class TailnetNamesTest {
    private final Random keys = new Random(1);
    private final List<Node> peers = new ArrayList<>();

    private TailnetNamesTest peer(String name, String... addresses) {
        List<IpPrefix> own = new ArrayList<>();
        for (String address : addresses) {
            own.add(MeshNode.prefix(address));
        }
        peers.add(Node.of(peers.size() + 2, name, NodePrivate.generate(keys).publicKey(), own));
        return this;
    }

    private @Nullable String resolve(String host) {
        Node self = Node.of(1, "me.tail.net.", NodePrivate.generate(keys).publicKey(), List.of());
        Netmap netmap = new Netmap(
                self,
                peers,
                DerpMap.EMPTY,
                PacketFilter.DENY_ALL,
                DnsConfig.EMPTY,
                "",
                Map.of(),
                List.of(),
                Map.of(),
                Duration.ZERO,
                false);
        Object found = TailnetNames.of(netmap).resolve(host);
        return found == null ? null : found.toString();
    }

    @Test
    void theFullNameAndTheFirstLabelLeadToThePeer() {
        peer("db.tail.net.", "100.64.0.2/32");
        for (String host : List.of("db", "DB", "db.", "db.tail.net", "db.tail.net.", "Db.Tail.Net")) {
            assertThat(resolve(host)).as(host).isEqualTo("100.64.0.2");
        }
    }

    @Test
    void nothingIsMatchedByAPrefix() {
        peer("db.tail.net.", "100.64.0.2/32").peer("db2.tail.net.", "100.64.0.3/32");
        for (String host : List.of("d", "db2.tail", "db.tail", "b", "tail.net", "db.tail.net.org", "db..", "", ".")) {
            assertThat(resolve(host)).as(host).isNull();
        }
    }

    @Test
    void aLabelThatTwoPeersShareLeadsToNobody() {
        peer("db.tail.net.", "100.64.0.2/32").peer("DB.other.net.", "100.64.0.3/32");
        assertThat(resolve("db")).isNull();
        assertThat(resolve("db.tail.net")).isEqualTo("100.64.0.2");
        assertThat(resolve("db.other.net")).isEqualTo("100.64.0.3");
    }

    @Test
    void aNameWithoutADotIsALabelLikeOthers() {
        peer("db.", "100.64.0.2/32").peer("db.tail.net.", "100.64.0.3/32");
        assertThat(resolve("db")).isNull();
        assertThat(resolve("db.tail.net")).isEqualTo("100.64.0.3");
    }

    @Test
    void aFullNameThatTwoPeersShareLeadsToNobody() {
        peer("db.tail.net.", "100.64.0.2/32").peer("db.tail.net.", "100.64.0.3/32");
        assertThat(resolve("db")).isNull();
        assertThat(resolve("db.tail.net")).isNull();
    }

    @Test
    void aPeerWithoutANameIsNotReachedByTheEmptyName() {
        peer("", "100.64.0.2/32");
        assertThat(resolve("")).isNull();
        assertThat(resolve(".")).isNull();
    }

    @Test
    void ipv4IsPreferredAndIpv6Used() {
        peer("both.tail.net.", "fd7a::2/128", "100.64.0.2/32").peer("six.tail.net.", "fd7a::3/128");
        assertThat(resolve("both")).isEqualTo("100.64.0.2");
        assertThat(resolve("six")).isEqualTo("fd7a::3");
    }

    @Test
    void aLiteralMeansItself() {
        assertThat(resolve("10.1.2.3")).isEqualTo("10.1.2.3");
        assertThat(resolve("fd7a::9")).isEqualTo("fd7a::9");
    }
}
