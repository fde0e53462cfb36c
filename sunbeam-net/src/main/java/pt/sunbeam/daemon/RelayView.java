package pt.sunbeam.daemon;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.time.Deadline;

/**
 * The home relay at one moment.
 *
 * @param relay null before one is chosen
 * @param failure why it is not connected; empty when it is
 * @param health its complaint about itself; empty when there is none
 * @param heardNanos when anything last came from it; {@link Deadline#LONG_AGO} for never
 */
record RelayView(@Nullable RelayStatus relay, String failure, String health, long heardNanos) {
    static final RelayView NONE = new RelayView(null, "", "", Deadline.LONG_AGO);

    /** Call on the data loop. */
    static RelayView of(@Nullable Tunnel tunnel) {
        int home = tunnel == null ? 0 : tunnel.relays().home();
        RelayRegion region = tunnel == null ? null : tunnel.relays().region(home);
        if (tunnel == null || region == null) {
            return NONE;
        }
        String name = region.name().isEmpty() ? region.code() : region.name();
        return new RelayView(
                new RelayStatus(home, name, tunnel.relays().isUp(home)),
                tunnel.relays().lastFailure(home),
                tunnel.relayHealth(),
                tunnel.relays().lastHeardNanos(home));
    }
}
