package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One relay of a region ({@code tailcfg.DERPNode}).
 *
 * @param hostName for resolution, SNI and the request's Host
 * @param certName empty: the host name; {@code sha256-raw:} and hex: a pinned certificate; else the name to verify
 * @param ipv4 an address that replaces resolution; {@code none} switches the family off; empty: resolve
 * @param ipv6 as {@code ipv4}
 * @param stunPort 0 for 3478, -1 for no STUN
 * @param stunOnly no relay here
 * @param derpPort 0 for 443
 * @param insecureForTests skip verification; for tests only
 * @param stunTestIp replaces the address STUN is sent to, in tests
 * @param canPort80 answers plain HTTP on port 80
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DerpNode(
        String name,
        @JsonProperty("RegionID") int regionId,
        String hostName,
        String certName,
        @JsonProperty("IPv4") String ipv4,
        @JsonProperty("IPv6") String ipv6,

        @JsonProperty("STUNPort") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int stunPort,

        @JsonProperty("STUNOnly") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean stunOnly,

        @JsonProperty("DERPPort") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int derpPort,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean insecureForTests,
        @JsonProperty("STUNTestIP") String stunTestIp,

        @JsonProperty("CanPort80") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean canPort80) {
    public DerpNode {
        name = WireLists.orEmpty(name);
        hostName = WireLists.orEmpty(hostName);
        certName = WireLists.orEmpty(certName);
        ipv4 = WireLists.orEmpty(ipv4);
        ipv6 = WireLists.orEmpty(ipv6);
        stunTestIp = WireLists.orEmpty(stunTestIp);
    }
}
