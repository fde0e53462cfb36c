package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The relays ({@code tailcfg.DERPMap}). As it comes, null members mean "keep what you have"; {@link #merge} makes it whole.
 *
 * @param homeParams null: keep
 * @param regions by region id; null: keep
 * @param omitDefaultRegions the regions are the only ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DerpMap(
        @Nullable HomeParams homeParams,
        @Nullable Map<Integer, DerpRegion> regions,

        @JsonProperty("omitDefaultRegions") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean omitDefaultRegions) {
    public static final DerpMap EMPTY = new DerpMap(null, Map.of(), false);

    public DerpMap {
        regions = regions == null ? null : WireLists.orEmpty(regions);
    }

    public static DerpMap of(Map<Integer, DerpRegion> regions) {
        return new DerpMap(null, regions, false);
    }

    /** {@code update} on top of this map. */
    public DerpMap merge(DerpMap update) {
        boolean keepRegions = update.regions == null;
        HomeParams params = update.homeParams == null ? homeParams : update.homeParams.over(homeParams);
        return new DerpMap(
                params,
                keepRegions ? regions : update.regions,
                keepRegions ? omitDefaultRegions : update.omitDefaultRegions);
    }

    /** The regions, empty when there are none. */
    public Map<Integer, DerpRegion> allRegions() {
        return regions == null ? Map.of() : regions;
    }

    public @Nullable DerpRegion region(int id) {
        return allRegions().get(id);
    }

    /** The factor on a region's measured latency when a home is chosen; 1 where the server says nothing. */
    public double regionScore(int id) {
        Double score = homeParams == null || homeParams.regionScore() == null
                ? null
                : homeParams.regionScore().get(id);
        return score == null || score <= 0 ? 1 : score;
    }

    /**
     * {@code tailcfg.DERPHomeParams}.
     *
     * @param regionScore by region id; null: keep; empty: clear
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HomeParams(@Nullable Map<Integer, Double> regionScore) {
        public HomeParams {
            regionScore = regionScore == null ? null : WireLists.orEmpty(regionScore);
        }

        HomeParams over(@Nullable HomeParams previous) {
            return regionScore == null && previous != null ? previous : this;
        }
    }
}
