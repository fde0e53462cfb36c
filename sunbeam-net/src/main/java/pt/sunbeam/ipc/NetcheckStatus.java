package pt.sunbeam.ipc;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.json.JsonObject;

/**
 * What the daemon last found about the network between this machine and the relays.
 *
 * @param ageSeconds since the measurement ended
 * @param udp whether any server answered over UDP
 * @param ipv4 whether any server answered over IPv4
 * @param globalV4 ADDRESS:PORT as servers saw this machine; empty when not known
 * @param ipv6 whether any server answered over IPv6
 * @param globalV6 the same for IPv6
 * @param osHasIpv6 whether this machine has IPv6 at all; null when not known
 * @param mappingVaries whether servers saw different IPv4 endpoints; null when not known
 * @param portMapping the protocols by which the router grants ports; null when nobody asked it
 * @param preferredRegion the home relay's region; 0 for none
 * @param regions by latency, those that did not answer last
 */
public record NetcheckStatus(
        long ageSeconds,
        boolean udp,
        boolean ipv4,
        String globalV4,
        boolean ipv6,
        String globalV6,
        @Nullable Boolean osHasIpv6,
        @Nullable Boolean mappingVaries,
        @Nullable List<String> portMapping,
        int preferredRegion,
        List<Region> regions) {

    /** The form's version: raised when a member changes its meaning, not when one is added. */
    public static final int SCHEMA = 1;

    /** A latency that was not measured. */
    public static final long UNKNOWN = -1;

    public NetcheckStatus {
        portMapping = portMapping == null ? null : List.copyOf(portMapping);
        regions = List.copyOf(regions);
    }

    /**
     * A region of the relay map. Latencies are {@link #UNKNOWN} where there was no answer.
     *
     * @param id positive
     * @param code short name, may be empty
     * @param name display name, may be empty
     * @param latencyMicros the smaller of both families'; without UDP the time of a TLS connection
     */
    public record Region(
            int id, String code, String name, long latencyMicros, long latencyV4Micros, long latencyV6Micros) {
        JsonObject toJson() {
            return new JsonObject()
                    .put("region", id)
                    .put("code", code)
                    .put("name", name)
                    .put("latencyMicros", known(latencyMicros))
                    .put("latencyV4Micros", known(latencyV4Micros))
                    .put("latencyV6Micros", known(latencyV6Micros));
        }

        private static @Nullable Long known(long micros) {
            return micros == UNKNOWN ? null : (Long) micros;
        }

        static Region fromJson(JsonObject in) {
            return new Region(
                    (int) in.number("region", 0),
                    in.text("code", ""),
                    in.text("name", ""),
                    in.number("latencyMicros", UNKNOWN),
                    in.number("latencyV4Micros", UNKNOWN),
                    in.number("latencyV6Micros", UNKNOWN));
        }
    }

    /** What is not known is left out. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("schema", SCHEMA)
                .put("ageSeconds", ageSeconds)
                .put("udp", udp)
                .put("ipv4", ipv4)
                .put("globalV4", globalV4.isEmpty() ? null : globalV4)
                .put("ipv6", ipv6)
                .put("globalV6", globalV6.isEmpty() ? null : globalV6)
                .put("osHasIpv6", osHasIpv6)
                .put("mappingVariesByDestination", mappingVaries)
                .put("portMapping", portMapping)
                .put("preferredRegion", preferredRegion)
                .put("regions", regions.stream().map(Region::toJson).toList());
    }

    /** Total: what is absent or of another type is not known. */
    public static NetcheckStatus fromJson(JsonObject in) {
        return new NetcheckStatus(
                in.number("ageSeconds", 0),
                in.flag("udp"),
                in.flag("ipv4"),
                in.text("globalV4", ""),
                in.flag("ipv6"),
                in.text("globalV6", ""),
                flagOrNull(in, "osHasIpv6"),
                flagOrNull(in, "mappingVariesByDestination"),
                in.has("portMapping") ? in.texts("portMapping") : null,
                (int) in.number("preferredRegion", 0),
                in.objects("regions").stream().map(Region::fromJson).toList());
    }

    private static @Nullable Boolean flagOrNull(JsonObject in, String name) {
        return in.has(name) ? (Boolean) in.flag(name) : null;
    }
}
