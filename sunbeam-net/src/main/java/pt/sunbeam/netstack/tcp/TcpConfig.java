package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * Limits and durations of all connections of one stack.
 *
 * @param mtuBytes the largest packet sent
 * @param receiveStartBytes the receive buffer limit of a new connection
 * @param receiveMaxBytes how far auto-tuning may raise it
 * @param sendMaxBytes the most a connection buffers for sending
 * @param maxConnections how many connections may be open
 * @param maxHalfOpen how many passive opens may wait for their last acknowledgement
 * @param maxTimeWait how many TIME-WAIT entries are kept, the oldest giving way
 * @param timeWaitNanos 2 MSL (RFC 9293 section 3.4.2 says 4 minutes; 30 seconds are usual today)
 * @param userTimeoutNanos how long data may stay unacknowledged (RFC 5482)
 * @param keepAliveIdleNanos silence before the first keepalive probe
 * @param keepAliveIntervalNanos time between keepalive probes
 * @param keepAliveProbes unanswered probes that end a connection
 * @param congestionControl what decides how much a connection may have in the network
 */
public record TcpConfig(
        int mtuBytes,
        int receiveStartBytes,
        int receiveMaxBytes,
        int sendMaxBytes,
        int maxConnections,
        int maxHalfOpen,
        int maxTimeWait,
        long timeWaitNanos,
        long userTimeoutNanos,
        long keepAliveIdleNanos,
        long keepAliveIntervalNanos,
        int keepAliveProbes,
        CongestionControl congestionControl) {
    public static final TcpConfig DEFAULT = new TcpConfig(
            1280,
            256 << 10,
            8 << 20,
            6 << 20,
            16 << 10,
            1024,
            32 << 10,
            Deadline.seconds(30),
            Deadline.seconds(300),
            Deadline.seconds(120),
            Deadline.seconds(30),
            6,
            CongestionControl.BBR);

    public TcpConfig withMtuBytes(int bytes) {
        return new TcpConfig(
                bytes,
                receiveStartBytes,
                receiveMaxBytes,
                sendMaxBytes,
                maxConnections,
                maxHalfOpen,
                maxTimeWait,
                timeWaitNanos,
                userTimeoutNanos,
                keepAliveIdleNanos,
                keepAliveIntervalNanos,
                keepAliveProbes,
                congestionControl);
    }

    public TcpConfig withBuffers(int receiveStart, int receiveMax, int sendMax) {
        return new TcpConfig(
                mtuBytes,
                receiveStart,
                receiveMax,
                sendMax,
                maxConnections,
                maxHalfOpen,
                maxTimeWait,
                timeWaitNanos,
                userTimeoutNanos,
                keepAliveIdleNanos,
                keepAliveIntervalNanos,
                keepAliveProbes,
                congestionControl);
    }

    public TcpConfig withCongestionControl(CongestionControl chosen) {
        return new TcpConfig(
                mtuBytes,
                receiveStartBytes,
                receiveMaxBytes,
                sendMaxBytes,
                maxConnections,
                maxHalfOpen,
                maxTimeWait,
                timeWaitNanos,
                userTimeoutNanos,
                keepAliveIdleNanos,
                keepAliveIntervalNanos,
                keepAliveProbes,
                chosen);
    }

    /** The window scale that lets {@link #receiveMaxBytes} be advertised (RFC 7323 section 2.3), 0 to 14. */
    int windowScale() {
        int scale = 0;
        while (scale < 14 && receiveMaxBytes >>> scale > 65535) {
            scale++;
        }
        return scale;
    }
}
