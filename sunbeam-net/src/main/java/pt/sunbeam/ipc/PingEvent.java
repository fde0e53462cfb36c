package pt.sunbeam.ipc;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.json.JsonObject;

/** One line of the answer to a {@link PingRequest}; {@link Ended} is the last. */
public sealed interface PingEvent {
    /** The peer's short name. */
    String peer();

    /** The peer's address in the tailnet. */
    String address();

    JsonObject toJson();

    /**
     * The peer answered.
     *
     * @param via the way on which ping and pong went
     * @param roundTripMicros between them
     */
    record Pong(String peer, String address, Way via, long roundTripMicros) implements PingEvent {
        @Override
        public JsonObject toJson() {
            JsonObject out = line("pong", this).put("via", via.wireName());
            switch (via) {
                case Way.Direct(String endpoint) -> out.put("endpoint", endpoint);
                case Way.Relay(int region, String code) ->
                    out.put("region", region).put("relay", code);
            }
            return out.put("roundTripMicros", roundTripMicros);
        }
    }

    /** No pong came in time. */
    record TimedOut(String peer, String address) implements PingEvent {
        @Override
        public JsonObject toJson() {
            return line("timeout", this);
        }
    }

    /**
     * The run is over.
     *
     * @param answered pings with a pong
     * @param timedOut pings without one
     * @param direct whether a pong came without a relay
     */
    record Ended(String peer, String address, int answered, int timedOut, boolean direct) implements PingEvent {
        @Override
        public JsonObject toJson() {
            return line("end", this)
                    .put("answered", answered)
                    .put("timedOut", timedOut)
                    .put("direct", direct);
        }
    }

    /** How a pong came. */
    sealed interface Way {
        String wireName();

        /** Over UDP, from {@code endpoint}, IP:PORT. */
        record Direct(String endpoint) implements Way {
            @Override
            public String wireName() {
                return "direct";
            }
        }

        /**
         * Through a relay.
         *
         * @param region its number
         * @param code the region's short name; may be empty
         */
        record Relay(int region, String code) implements Way {
            @Override
            public String wireName() {
                return "relay";
            }
        }
    }

    private static JsonObject line(String event, PingEvent of) {
        return new JsonObject().put("event", event).put("peer", of.peer()).put("address", of.address());
    }

    /** The event in {@code in}, or null when it is none this version knows. */
    static @Nullable PingEvent fromJson(JsonObject in) {
        String peer = in.text("peer", "");
        String address = in.text("address", "");
        return switch (in.text("event", "")) {
            case "pong" -> new Pong(peer, address, way(in), in.number("roundTripMicros", 0));
            case "timeout" -> new TimedOut(peer, address);
            case "end" ->
                new Ended(
                        peer,
                        address,
                        (int) in.number("answered", 0),
                        (int) in.number("timedOut", 0),
                        in.flag("direct"));
            default -> null;
        };
    }

    private static Way way(JsonObject in) {
        String endpoint = in.text("endpoint");
        return endpoint == null
                ? new Way.Relay((int) in.number("region", 0), in.text("relay", ""))
                : new Way.Direct(endpoint);
    }
}
