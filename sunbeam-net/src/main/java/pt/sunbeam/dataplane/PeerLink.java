package pt.sunbeam.dataplane;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.path.PeerPath;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.TokenBucket;
import pt.sunbeam.wireguard.WireGuardPeer;

/** One usable peer: its session, its flows, its path, and the relays through which it can be reached. Owner: the data loop. */
final class PeerLink {
    /**
     * What the windows of a peer's connections invite on a short way through a relay; more only as far as the round trip holds
     * it. A relay queues 32 packets for each client (Tailscale 1.102, derp/derpserver) and drops what is beyond. A window just
     * above that is the worst choice: the burst that overflows is the window's last, nothing can follow it, and the peer waits
     * for a timer (Linux 6.18: 8 ms) to see what four times as much in flight tells it at once.
     */
    private static final int RELAY_WINDOW_BYTES = 128 * 1280;

    /** How often a peer is followed that tells another disco key; it has another one when it has restarted. */
    private static final int KEYS_PER_SECOND = 1;

    private static final int KEYS_BURST = 5;

    final WireGuardPeer wireGuard;
    final Egress egress;
    final PeerPath path;
    private final TokenBucket keys;
    private Node node;
    private DiscoPublic disco;

    /** The region over which the peer last reached us; 0 when none is known. */
    private int heardRegion;

    /** True while this link stands in the data plane's queue of links with something to send. */
    boolean queued;

    PeerLink(
            WireGuardPeer wireGuard, PeerPath path, Stack stack, Consumer<PeerLink> onReady, Node node, long nowNanos) {
        this.keys = new TokenBucket(KEYS_PER_SECOND, KEYS_BURST, nowNanos);
        this.wireGuard = wireGuard;
        this.path = path;
        this.egress = stack.newEgress(this, e -> onReady.accept(this));
        this.node = node;
        this.disco = node.discoKey();
    }

    /** Where a relay's short queue lies on the way the windows must not invite more than it bears. */
    void limitReceiveWindow(long nowNanos) {
        boolean direct = path.endpoint() != null && !path.alsoRelay(nowNanos);
        egress.setReceiveWindowLimitBytes(direct ? Integer.MAX_VALUE : RELAY_WINDOW_BYTES);
    }

    Node node() {
        return node;
    }

    /** The peer's disco key: the netmap's, or the one that the peer has told since. */
    DiscoPublic disco() {
        return disco;
    }

    /** The disco key once the netmap says {@code changed}: what it said before too is older than the peer's own word. */
    DiscoPublic discoAfter(Node changed) {
        return changed.discoKey().equals(node.discoKey()) ? disco : changed.discoKey();
    }

    boolean mayLearnDisco(long nowNanos) {
        return keys.take(nowNanos);
    }

    void setNode(Node changed, DiscoPublic changedDisco) {
        node = changed;
        disco = changedDisco;
    }

    void heardThrough(int region) {
        heardRegion = region;
    }

    void goneFrom(int region) {
        if (heardRegion == region) {
            heardRegion = 0;
        }
    }

    /**
     * The region to send through: the peer's home when that is connected; else the one over which it reached us, when that
     * is; else its home, to be connected (Tailscale 1.102, wgengine/magicsock/derp.go). 0 when none is known.
     */
    int region(DataPlaneSink sink) {
        int home = node.homeDerp();
        if (home != 0 && sink.isRelayUp(home)) {
            return home;
        }
        if (heardRegion != 0 && sink.isRelayUp(heardRegion)) {
            return heardRegion;
        }
        return home != 0 ? home : heardRegion;
    }

    /** The region in use, for people: null while nothing was exchanged. */
    @Nullable
    Integer activeRegion() {
        if (wireGuard.rxBytes() == 0 && wireGuard.txBytes() == 0) {
            return null;
        }
        int region = node.homeDerp() != 0 ? node.homeDerp() : heardRegion;
        return region == 0 ? null : (Integer) region;
    }
}
