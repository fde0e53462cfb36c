package pt.sunbeam.underlay;

/**
 * What the sockets are like, for people.
 *
 * @param portV4 local port; 0 without an IPv4 socket
 * @param portV6 local port; 0 without an IPv6 socket
 * @param transport "epoll" or "nio"
 * @param segmentation whether runs of datagrams leave in one system call (UDP_SEGMENT)
 * @param coalescing whether the system may hand over runs of datagrams as one (UDP_GRO)
 * @param receiveBufferBytes what the system granted of {@link UnderlaySocket#BUFFER_BYTES}
 * @param sendBufferBytes what the system granted of {@link UnderlaySocket#BUFFER_BYTES}
 */
public record UnderlayStatus(
        int portV4,
        int portV6,
        String transport,
        boolean segmentation,
        boolean coalescing,
        int receiveBufferBytes,
        int sendBufferBytes) {
    public static final UnderlayStatus NONE = new UnderlayStatus(0, 0, "none", false, false, 0, 0);
}
