package pt.sunbeam.netstack.tcp;

/**
 * One connection at one moment.
 *
 * @param srttNanos the smoothed round-trip time, 0 before the first sample
 * @param retransmits segments sent again since the beginning
 * @param mssBytes the most data that a segment now carries
 */
public record TcpInfo(
        TcpState state,
        long srttNanos,
        long rtoNanos,
        long cwndBytes,
        long inFlightBytes,
        int peerWindowBytes,
        int unackedBufferedBytes,
        int readableBytes,
        int receiveLimitBytes,
        long retransmits,
        int mssBytes) {}
