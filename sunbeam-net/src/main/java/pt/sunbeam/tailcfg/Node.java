package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;

/**
 * A node of the tailnet ({@code tailcfg.Node}), this one or a peer.
 *
 * <p>Reading one applies the fix-ups that Tailscale's client applies on receipt ({@code control/controlclient/map.go},
 * upgradeNode): a home relay in the text form of servers before Headscale 0.25, absent allowed addresses that mean "the
 * node's own", and no routes for a node outside the tailnet lock.
 *
 * @param id key of all changes
 * @param stableId survives a new login
 * @param name fully qualified, with a final dot; may be empty
 * @param user owner, in the user profiles
 * @param key {@link NodePublic#ZERO} for a node that cannot be used
 * @param keyExpiry null: never
 * @param discoKey {@link DiscoPublic#ZERO}: the node finds no direct paths
 * @param addresses the node's own, /32 and /128
 * @param allowedIps the addresses and the routes the node carries now
 * @param endpoints UDP candidates
 * @param homeDerp relay region, 0 for none
 * @param online null: unknown
 * @param cap the node's capability version; Headscale writes the asking client's
 * @param capMap node attributes; a null value is an attribute without parameters
 * @param jailed the node may not open connections to this one
 * @param unsignedPeerApiOnly the node is outside the tailnet lock
 * @param masqueradeV4 the address under which this peer knows this node
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Node(
        @JsonProperty("ID") long id,
        @JsonProperty("StableID") String stableId,
        String name,
        long user,
        NodePublic key,
        @Nullable Instant keyExpiry,
        DiscoPublic discoKey,
        List<IpPrefix> addresses,
        @JsonProperty("AllowedIPs") List<IpPrefix> allowedIps,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<IpPrefix> primaryRoutes,
        List<IpEndpoint> endpoints,

        @JsonProperty("DERP") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String legacyDerp,

        @JsonProperty("HomeDERP") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int homeDerp,

        @Nullable Hostinfo hostinfo,
        @Nullable Instant created,
        @Nullable Instant lastSeen,
        @Nullable Boolean online,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int cap,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags,
        boolean machineAuthorized,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> capabilities,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, @Nullable List<RawJson>> capMap,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expired,

        @JsonProperty("IsWireGuardOnly") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean wireGuardOnly,

        @JsonProperty("IsJailed") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean jailed,

        @JsonProperty("UnsignedPeerAPIOnly") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean unsignedPeerApiOnly,

        @JsonProperty("SelfNodeV4MasqAddrForThisPeer") @Nullable
        IpAddress masqueradeV4,

        @JsonProperty("SelfNodeV6MasqAddrForThisPeer") @Nullable
        IpAddress masqueradeV6) {
    private static final String LEGACY_DERP_PREFIX = "127.3.3.40:";

    public Node {
        stableId = WireLists.orEmpty(stableId);
        name = WireLists.orEmpty(name);
        key = key == null ? NodePublic.ZERO : key;
        discoKey = discoKey == null ? DiscoPublic.ZERO : discoKey;
        addresses = WireLists.orEmpty(addresses);
        allowedIps = allowedIps == null || unsignedPeerApiOnly ? addresses : WireLists.orEmpty(allowedIps);
        primaryRoutes = WireLists.orEmpty(primaryRoutes);
        endpoints = WireLists.orEmpty(endpoints);
        homeDerp = homeDerp == 0 ? regionOf(WireLists.orEmpty(legacyDerp)) : homeDerp;
        legacyDerp = "";
        tags = WireLists.orEmpty(tags);
        capabilities = WireLists.orEmpty(capabilities);
        Map<String, @Nullable List<RawJson>> caps = WireLists.patchOrNull(capMap);
        capMap = caps == null ? Map.of() : caps;
    }

    /** A node with only what every node has. */
    public static Node of(long id, String name, NodePublic key, List<IpPrefix> addresses) {
        return new Node(
                id,
                "n" + id,
                name,
                0,
                key,
                null,
                DiscoPublic.ZERO,
                addresses,
                addresses,
                List.of(),
                List.of(),
                "",
                0,
                null,
                null,
                null,
                null,
                0,
                List.of(),
                true,
                List.of(),
                Map.of(),
                false,
                false,
                false,
                false,
                null,
                null);
    }

    /** A copy to be changed member by member. */
    public NodeEdit edit() {
        return new NodeEdit(this);
    }

    /** This node after {@code change}: each member that is present replaces. */
    public Node patched(PeerChange change) {
        NodeEdit edit = edit();
        if (change.derpRegion() != 0) {
            edit.homeDerp(change.derpRegion());
        }
        if (change.endpoints() != null) {
            edit.endpoints(change.endpoints());
        }
        if (change.key() != null && !change.key().isZero()) {
            edit.key(change.key());
        }
        if (change.discoKey() != null && !change.discoKey().isZero() && !isStaleDisco(change)) {
            edit.discoKey(change.discoKey());
        }
        if (change.online() != null) {
            edit.online(change.online());
        }
        if (change.lastSeen() != null) {
            edit.lastSeen(change.lastSeen());
        }
        if (change.keyExpiry() != null) {
            edit.keyExpiry(change.keyExpiry());
        }
        if (change.capMap() != null) {
            edit.capMap(change.capMap());
        }
        return edit.node();
    }

    /** This node with its legacy capability list moved into the map; only for the own node. */
    public Node withCapabilitiesInMap() {
        if (capabilities.isEmpty()) {
            return this;
        }
        Map<String, @Nullable List<RawJson>> merged = new LinkedHashMap<>(capMap);
        for (String capability : capabilities) {
            merged.putIfAbsent(capability, null);
        }
        return edit().capMap(merged).node();
    }

    public boolean hasCapability(String capability) {
        return capMap.containsKey(capability);
    }

    /** True when {@code address} is one of the node's own. */
    public boolean owns(IpAddress address) {
        for (IpPrefix own : addresses) {
            if (own.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** The name's first label, or the host's own name for a node without one. */
    @JsonIgnore
    public String shortName() {
        int dot = name.indexOf('.');
        if (dot > 0) {
            return name.substring(0, dot);
        }
        return name.isEmpty() && hostinfo != null ? hostinfo.hostname() : name;
    }

    /** A disco key that an offline node had earlier: it may have been replaced by one learned from the node itself. */
    private boolean isStaleDisco(PeerChange change) {
        return Boolean.FALSE.equals(change.online())
                && change.lastSeen() != null
                && lastSeen != null
                && !change.lastSeen().isAfter(lastSeen);
    }

    private static int regionOf(String legacy) {
        if (!legacy.startsWith(LEGACY_DERP_PREFIX)) {
            return 0;
        }
        IpEndpoint fake = IpEndpoint.parse(legacy);
        return fake == null ? 0 : fake.port();
    }
}
