package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A place with relays ({@code tailcfg.DERPRegion}).
 *
 * @param regionId positive; 900 to 999 are kept for self-hosted relays
 * @param regionCode short name
 * @param avoid never choose it as home
 * @param noMeasureNoHome neither measure it nor choose it as home
 * @param nodes in order of preference; may be empty
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DerpRegion(
        @JsonProperty("RegionID") int regionId,
        String regionCode,
        String regionName,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean avoid,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean noMeasureNoHome,
        List<DerpNode> nodes) {
    public DerpRegion {
        regionCode = WireLists.orEmpty(regionCode);
        regionName = WireLists.orEmpty(regionName);
        nodes = WireLists.orEmpty(nodes);
    }

    public static DerpRegion of(int regionId, String code, List<DerpNode> nodes) {
        return new DerpRegion(regionId, code, code, false, false, nodes);
    }
}
