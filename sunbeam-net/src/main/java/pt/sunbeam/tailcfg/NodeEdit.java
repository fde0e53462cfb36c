package pt.sunbeam.tailcfg;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;

/** A node being copied with some members changed. Owned by one method. */
public final class NodeEdit {
    private final Node base;
    private NodePublic key;
    private @Nullable Instant keyExpiry;
    private DiscoPublic discoKey;
    private List<IpPrefix> addresses;
    private List<IpPrefix> allowedIps;
    private List<IpEndpoint> endpoints;
    private int homeDerp;
    private @Nullable Hostinfo hostinfo;
    private @Nullable Instant lastSeen;
    private @Nullable Boolean online;
    private boolean machineAuthorized;
    private int cap;
    private Map<String, @Nullable List<RawJson>> capMap;
    private boolean expired;

    NodeEdit(Node base) {
        this.base = base;
        this.key = base.key();
        this.keyExpiry = base.keyExpiry();
        this.discoKey = base.discoKey();
        this.addresses = base.addresses();
        this.allowedIps = base.allowedIps();
        this.endpoints = base.endpoints();
        this.homeDerp = base.homeDerp();
        this.hostinfo = base.hostinfo();
        this.lastSeen = base.lastSeen();
        this.online = base.online();
        this.machineAuthorized = base.machineAuthorized();
        this.cap = base.cap();
        this.capMap = base.capMap();
        this.expired = base.expired();
    }

    public NodeEdit key(NodePublic value) {
        key = value;
        return this;
    }

    public NodeEdit keyExpiry(@Nullable Instant value) {
        keyExpiry = value;
        return this;
    }

    public NodeEdit discoKey(DiscoPublic value) {
        discoKey = value;
        return this;
    }

    public NodeEdit addresses(List<IpPrefix> value) {
        addresses = value;
        return this;
    }

    public NodeEdit allowedIps(List<IpPrefix> value) {
        allowedIps = value;
        return this;
    }

    public NodeEdit endpoints(List<IpEndpoint> value) {
        endpoints = value;
        return this;
    }

    public NodeEdit homeDerp(int value) {
        homeDerp = value;
        return this;
    }

    public NodeEdit hostinfo(@Nullable Hostinfo value) {
        hostinfo = value;
        return this;
    }

    public NodeEdit lastSeen(@Nullable Instant value) {
        lastSeen = value;
        return this;
    }

    public NodeEdit online(@Nullable Boolean value) {
        online = value;
        return this;
    }

    public NodeEdit machineAuthorized(boolean value) {
        machineAuthorized = value;
        return this;
    }

    public NodeEdit cap(int value) {
        cap = value;
        return this;
    }

    public NodeEdit capMap(Map<String, @Nullable List<RawJson>> value) {
        capMap = value;
        return this;
    }

    public NodeEdit expired(boolean value) {
        expired = value;
        return this;
    }

    public Node node() {
        return new Node(
                base.id(),
                base.stableId(),
                base.name(),
                base.user(),
                key,
                keyExpiry,
                discoKey,
                addresses,
                allowedIps,
                base.primaryRoutes(),
                endpoints,
                "",
                homeDerp,
                hostinfo,
                base.created(),
                lastSeen,
                online,
                cap,
                base.tags(),
                machineAuthorized,
                base.capabilities(),
                capMap,
                expired,
                base.wireGuardOnly(),
                base.jailed(),
                base.unsignedPeerApiOnly(),
                base.masqueradeV4(),
                base.masqueradeV6());
    }
}
