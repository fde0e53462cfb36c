package pt.sunbeam.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What a {@link ControlServer} does wrong. Every member may be changed at any time, from any thread. */
public final class ControlFaults {
    /** Accepts connections and never answers anything. */
    public volatile boolean silent;

    /** Drops all that comes in, on every connection, open ones too. */
    public volatile boolean deaf;

    /** Answers the upgrade with this text in an error frame; empty: does not. */
    public volatile String handshakeError = "";

    /** Sends no early payload. */
    public volatile boolean noEarlyPayload;

    /** Refuses clients below this capability version with HTTP 400. */
    public volatile int minVersion;

    /** Every registration is refused with this text; empty: none is. */
    public volatile String registerError = "";

    /** Registrations are refused with this HTTP status; 0: they are not. */
    public volatile int registerStatus;

    /** Registrations still to be answered with 429 and {@code Retry-After: 1}. */
    public final AtomicInteger tooManyRequests = new AtomicInteger();

    /** Opens map streams without sending the headers of an answer. */
    public volatile boolean silentMap;

    /** The answer to each registration is held back for so long. */
    public volatile Duration registerDelay = Duration.ZERO;
}
