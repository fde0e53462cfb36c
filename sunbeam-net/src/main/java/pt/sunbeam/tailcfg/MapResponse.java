package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a map stream ({@code tailcfg.MapResponse}): the whole picture first, then changes. Null means "absent or
 * JSON null", which almost everywhere says "unchanged"; an empty list or map is a value of its own. The rules of each
 * member are in {@code pt.sunbeam.netmap.NetmapFold}.
 *
 * @param keepAlive when true, no member describes the tailnet
 * @param pingRequest a question to answer
 * @param node this node
 * @param peers the complete list, when not empty
 * @param peersRemoved node ids
 * @param peersChanged added or replaced whole, by id
 * @param peerSeenChange by node id: true, seen now; false, unknown
 * @param onlineChange by node id
 * @param packetFilter the filter named {@code base}; empty blocks everything
 * @param packetFilters by name; a null value deletes; {@code *} with null clears first
 * @param displayMessages by id; a null value deletes; {@code *} with null clears first
 * @param controlTime the server's clock
 * @param tkaInfo says that the tailnet is locked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MapResponse(
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean keepAlive,
        @Nullable PingRequest pingRequest,
        @JsonProperty("PopBrowserURL") @Nullable String popBrowserUrl,
        @Nullable Node node,
        @JsonProperty("DERPMap") @Nullable DerpMap derpMap,
        @Nullable List<Node> peers,
        @Nullable List<Long> peersRemoved,
        @Nullable List<Node> peersChanged,
        @Nullable Map<Long, Boolean> peerSeenChange,
        @Nullable Map<Long, Boolean> onlineChange,
        @Nullable List<PeerChange> peersChangedPatch,
        @JsonProperty("DNSConfig") @Nullable DnsConfig dnsConfig,
        @Nullable String domain,
        @Nullable List<FilterRule> packetFilter,
        @Nullable Map<String, @Nullable List<FilterRule>> packetFilters,
        @Nullable List<UserProfile> userProfiles,
        @Nullable List<String> health,
        @Nullable Map<String, @Nullable DisplayMessage> displayMessages,
        @Nullable Instant controlTime,
        @JsonProperty("TKAInfo") @Nullable TkaInfo tkaInfo) {
    public MapResponse {
        peers = WireLists.orNull(peers);
        peersRemoved = WireLists.orNull(peersRemoved);
        peersChanged = WireLists.orNull(peersChanged);
        peerSeenChange = peerSeenChange == null ? null : WireLists.orEmpty(peerSeenChange);
        onlineChange = onlineChange == null ? null : WireLists.orEmpty(onlineChange);
        peersChangedPatch = WireLists.orNull(peersChangedPatch);
        packetFilter = WireLists.orNull(packetFilter);
        packetFilters = WireLists.patchOrNull(packetFilters);
        userProfiles = WireLists.orNull(userProfiles);
        health = WireLists.orNull(health);
        displayMessages = WireLists.patchOrNull(displayMessages);
    }

    /** {@code tailcfg.TKAInfo}. */
    public record TkaInfo(String head, boolean disabled) {
        public TkaInfo {
            head = WireLists.orEmpty(head);
        }
    }
}
