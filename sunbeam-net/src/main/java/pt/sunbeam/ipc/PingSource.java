package pt.sunbeam.ipc;

import java.io.IOException;
import pt.sunbeam.failure.SunbeamException;

/** Who pings peers for the control socket's server. Called from the server's threads. */
@FunctionalInterface
public interface PingSource {
    /**
     * Pings on the calling thread, and tells of each pong as it comes, until the run is over.
     *
     * @throws SunbeamException when there is no such peer, or it cannot be pinged
     * @throws IOException from {@code listener}
     * @throws InterruptedException when the thread was interrupted: nobody listens any longer
     */
    void ping(PingRequest request, Listener listener) throws IOException, InterruptedException;

    /** Takes the events of one run, {@link PingEvent.Ended} last. */
    @FunctionalInterface
    interface Listener {
        void event(PingEvent event) throws IOException;
    }
}
