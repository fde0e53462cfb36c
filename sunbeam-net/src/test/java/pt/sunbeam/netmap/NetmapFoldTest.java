package pt.sunbeam.netmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.MapResponse;
import pt.sunbeam.tailcfg.Node;

/** Messages written by hand after tailcfg.go of Tailscale 1.102 and the delta tables of its controlclient/map_test.go. */
class NetmapFoldTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String KEY_A = "nodekey:" + "a".repeat(64);
    private static final String KEY_B = "nodekey:" + "b".repeat(64);
    private static final String FULL = """
            {"Node":{"ID":1,"Name":"me.tail.test.","Addresses":["100.64.0.1/32"]},
             "DERPMap":{"Regions":{"1":{"RegionID":1,"Nodes":null},"2":null}},
             "Peers":[{"ID":3,"Key":"%s","DERP":"127.3.3.40:7","Addresses":["100.64.0.3/32"],"AllowedIPs":null},
                      {"ID":2,"Key":"%s","HomeDERP":4,"Addresses":["100.64.0.2/32"],"AllowedIPs":[]}],
             "PacketFilter":[{"SrcIPs":["*"],"DstPorts":[{"IP":"*","Ports":{"First":0,"Last":65535}}]}],
             "Domain":"d","Unknown":{"x":[1,{}]}}""".formatted(KEY_A, KEY_B);

    private final NetmapFold fold = new NetmapFold();
    private Netmap full;

    @BeforeEach
    void start() {
        full = apply(FULL);
    }

    private static MapResponse message(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Decoded<MapResponse> decoded = ControlJson.forMaps(100_000).mapResponse(bytes, 0, bytes.length);
        assertThat(decoded).isInstanceOf(Decoded.Ok.class);
        return ((Decoded.Ok<MapResponse>) decoded).value();
    }

    private Netmap apply(String json) {
        return ((FoldResult.Updated) fold.apply(message(json), NOW)).netmap();
    }

    @Test
    void aFullMapIsSortedAndItsNodesAreFixedUp() {
        assertThat(full.peers()).extracting(Node::id).containsExactly(2L, 3L);
        Node legacy = full.peer(3);
        assertThat(legacy.homeDerp()).isEqualTo(7);
        assertThat(legacy.allowedIps()).isEqualTo(legacy.addresses()).hasSize(1);
        assertThat(full.peer(2).allowedIps()).isEmpty();
        assertThat(full.derpMap().allRegions()).containsOnlyKeys(1);
    }

    @Test
    void aKeepAliveMayComeFirstAndAnythingElseMustHaveTheNode() {
        NetmapFold empty = new NetmapFold();
        assertThat(empty.apply(message("{\"KeepAlive\":true}"), NOW)).isEqualTo(new FoldResult.KeptAlive());
        assertThat(empty.apply(message("{\"Peers\":[]}"), NOW)).isInstanceOf(FoldResult.Broken.class);
    }

    @Test
    void removedAndChangedInOneMessageBothCount() {
        Netmap next = apply("{\"PeersRemoved\":[2,99],\"PeersChanged\":[{\"ID\":5,\"Key\":\"" + KEY_B + "\"}]}");
        assertThat(next.peers()).extracting(Node::id).containsExactly(3L, 5L);
        NetmapDiff diff = NetmapDiff.between(full, next);
        assertThat(diff.added()).extracting(Node::id).containsExactly(5L);
        assertThat(diff.removed()).extracting(Node::id).containsExactly(2L);
    }

    @Test
    void emptyListsOfPeersChangeNothing() {
        assertThat(apply("{\"Peers\":[],\"PeersRemoved\":null,\"PeersChanged\":[]}")
                        .peers())
                .isEqualTo(full.peers());
    }

    @Test
    void seenOnlineAndPatchEditKnownPeersOnly() {
        Netmap next = apply("""
                {"PeerSeenChange":{"2":true,"77":true},"OnlineChange":{"2":true,"3":false},
                 "PeersChangedPatch":[{"NodeID":3,"DERPRegion":9,"Endpoints":["192.0.2.1:5","bad"]},{"NodeID":88}]}""");
        assertThat(next.peer(2).lastSeen()).isEqualTo(NOW);
        assertThat(next.peer(2).online()).isTrue();
        assertThat(next.peer(3).online()).isFalse();
        assertThat(next.peer(3).homeDerp()).isEqualTo(9);
        assertThat(next.peer(3).endpoints()).hasToString("[192.0.2.1:5]");
        assertThat(next.peers()).hasSize(2);
    }

    @Test
    void anEmptyFilterBlocksEverythingAndNullLeavesItAsItIs() {
        assertThat(apply("{\"PacketFilter\":null}").packetFilter()).isEqualTo(full.packetFilter());
        assertThat(apply("{\"PacketFilter\":[]}").packetFilter()).isEqualTo(PacketFilter.DENY_ALL);
        assertThat(apply("{\"PacketFilters\":{\"x\":[{\"SrcIPs\":[\"*\"],\"DstPorts\":[{\"IP\":\"*\","
                                + "\"Ports\":{\"First\":1,\"Last\":2}}]}]}}")
                        .packetFilter())
                .isNotEqualTo(PacketFilter.DENY_ALL);
        assertThat(apply("{\"PacketFilters\":{\"*\":null}}").packetFilter()).isEqualTo(PacketFilter.DENY_ALL);
    }

    @Test
    void aRelayMapWithoutRegionsKeepsThem() {
        Netmap next = apply("{\"DERPMap\":{\"HomeParams\":{\"RegionScore\":{\"1\":0.5}}}}");
        assertThat(next.derpMap().allRegions()).containsOnlyKeys(1);
        assertThat(next.derpMap().regionScore(1)).isEqualTo(0.5);
    }

    @Test
    void aNewKeyIsANewPeerInTheDiff() {
        Netmap next = apply("{\"PeersChangedPatch\":[{\"NodeID\":2,\"Key\":\"nodekey:" + "c".repeat(64) + "\"}]}");
        NetmapDiff diff = NetmapDiff.between(full, next);
        assertThat(diff.removed()).containsExactly(full.peer(2));
        assertThat(diff.added()).containsExactly(next.peer(2));
        assertThat(diff.changed()).isEmpty();
    }
}
