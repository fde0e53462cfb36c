package pt.sunbeam.daemon;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.relay.RelayRegion;

/**
 * The home relay at one moment.
 *
 * @param relay null before one is chosen
 * @param failure why it is not connected; empty when it is
 * @param health its complaint about itself; empty when there is none
 */
record RelayView(@Nullable RelayStatus relay, String failure, String health) {
    static final RelayView NONE = new RelayView(null, "", "");

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
                tunnel.relayHealth());
    }
}
