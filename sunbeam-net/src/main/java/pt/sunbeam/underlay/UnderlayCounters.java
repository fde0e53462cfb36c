package pt.sunbeam.underlay;

/** What became of datagrams at the sockets. Owner: the loop. */
public final class UnderlayCounters {
    long received;
    long sent;
    long sendFailures;
    long receiveErrors;
    long segmentationRefused;

    UnderlayCounters() {}

    /** Datagrams read. */
    public long received() {
        return received;
    }

    /** Datagrams handed to the system. */
    public long sent() {
        return sent;
    }

    /** Datagrams or runs of them that the system did not take. */
    public long sendFailures() {
        return sendFailures;
    }

    /** Errors that reading met, ICMP errors of others among them; reading goes on. */
    public long receiveErrors() {
        return receiveErrors;
    }

    /** How often a device could not cut a run into datagrams, after which each is sent alone. */
    public long segmentationRefused() {
        return segmentationRefused;
    }
}
