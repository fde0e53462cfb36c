package pt.sunbeam.cli;

import java.util.Locale;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingEvent.Way;

/** What comes of a ping as a line for a person, in the words of the stock client (Tailscale 1.102, cmd/tailscale/cli/ping.go). */
final class PingText {
    private static final double MICROS_PER_MILLI = 1000;

    private PingText() {}

    static String line(PingEvent event) {
        return Text.printable(
                switch (event) {
                    case PingEvent.Pong pong ->
                        "pong from " + pong.peer() + " (" + pong.address() + ") via " + way(pong.via()) + " in "
                                + millis(pong.roundTripMicros());
                    case PingEvent.TimedOut late -> "ping " + late.peer() + " timed out";
                    case PingEvent.Ended ended -> ended.answered() + " answered, " + ended.timedOut() + " timed out";
                });
    }

    private static String way(Way via) {
        return switch (via) {
            case Way.Direct(String endpoint) -> endpoint;
            case Way.Relay(int region, String code) -> "DERP(" + (code.isEmpty() ? region : code) + ")";
        };
    }

    /** Whole milliseconds; tenths below one, where whole ones would say nothing. */
    private static String millis(long micros) {
        return micros < MICROS_PER_MILLI
                ? String.format(Locale.ROOT, "%.1fms", micros / MICROS_PER_MILLI)
                : Math.round(micros / MICROS_PER_MILLI) + "ms";
    }
}
