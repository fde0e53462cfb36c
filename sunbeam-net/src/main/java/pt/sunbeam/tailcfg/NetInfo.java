package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of its own network ({@code tailcfg.NetInfo}); null means "not known".
 *
 * @param mappingVariesByDestIp true behind a NAT that hole punching cannot predict
 * @param natPmp whether the router speaks NAT-PMP
 * @param pcp whether the router speaks PCP
 * @param havePortMap whether the router maps a port to this node
 * @param preferredDerp the home relay's region; without it peers have no relay path to this node; 0 for none
 * @param derpLatency seconds by {@code <region>-v4} and {@code <region>-v6}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NetInfo(
        @JsonProperty("MappingVariesByDestIP") @Nullable Boolean mappingVariesByDestIp,
        @JsonProperty("WorkingIPv6") @Nullable Boolean workingIpv6,
        @JsonProperty("OSHasIPv6") @Nullable Boolean osHasIpv6,
        @JsonProperty("WorkingUDP") @Nullable Boolean workingUdp,

        @JsonProperty("PMP") @Nullable Boolean natPmp,
        @JsonProperty("PCP") @Nullable Boolean pcp,

        @JsonProperty("HavePortMap") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean havePortMap,

        @JsonProperty("PreferredDERP") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int preferredDerp,

        @JsonProperty("DERPLatency") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, Double> derpLatency) {
    public NetInfo {
        derpLatency = WireLists.orEmpty(derpLatency);
    }

    /** Only the home relay, and whether UDP works where that is known. */
    public static NetInfo home(int regionId, @Nullable Boolean workingUdp) {
        return new NetInfo(null, null, null, workingUdp, null, null, false, regionId, Map.of());
    }

    /** The same with what is known of the router; null for nothing. */
    public NetInfo withPortMapping(@Nullable Boolean newNatPmp, @Nullable Boolean newPcp, boolean mapped) {
        return new NetInfo(
                mappingVariesByDestIp,
                workingIpv6,
                osHasIpv6,
                workingUdp,
                newNatPmp,
                newPcp,
                mapped,
                preferredDerp,
                derpLatency);
    }

    /** True when the server needs to hear of it: everything but the latencies. */
    public boolean differsMaterially(@Nullable NetInfo other) {
        return other == null || !withoutLatency().equals(other.withoutLatency());
    }

    private NetInfo withoutLatency() {
        return new NetInfo(
                mappingVariesByDestIp,
                workingIpv6,
                osHasIpv6,
                workingUdp,
                natPmp,
                pcp,
                havePortMap,
                preferredDerp,
                Map.of());
    }
}
