package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;

/**
 * A change of some members of a known peer ({@code tailcfg.PeerChange}); null and 0 mean unchanged.
 *
 * @param derpRegion the new home relay
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PeerChange(
        @JsonProperty("NodeID") long nodeId,

        @JsonProperty("DERPRegion") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int derpRegion,

        @Nullable Map<String, @Nullable List<RawJson>> capMap,
        @Nullable List<IpEndpoint> endpoints,
        @Nullable NodePublic key,
        @Nullable DiscoPublic discoKey,
        @Nullable Boolean online,
        @Nullable Instant lastSeen,
        @Nullable Instant keyExpiry) {
    public PeerChange {
        capMap = WireLists.patchOrNull(capMap);
        endpoints = WireLists.orNull(endpoints);
    }
}
