package pt.sunbeam.netstack.counters;

/** Why a packet, or a part of it, had no effect. Each cause is one counter of {@link StackCounters}. */
public enum DropCause {
    IP_TRUNCATED,
    IP_BAD_VERSION,
    IP_BAD_HEADER,
    IP_BAD_CHECKSUM,
    IP_BAD_SOURCE,
    IP_NOT_OURS,
    IP_UNKNOWN_PROTOCOL,
    /** More IPv6 extension headers than are read. */
    IP_EXTENSION_LIMIT,
    /** An IPv6 option that must not be skipped when it is unknown (RFC 8200 section 4.2). */
    IP_BAD_OPTION,
    /** An IPv6 routing header that names further hops. */
    IP_SOURCE_ROUTE,
    /** A fragment whose length or place is impossible. */
    IP_FRAGMENT_BAD,
    /** A first fragment without the whole transport header. */
    IP_FRAGMENT_TINY,
    /** A fragment that overlaps or contradicts another; the whole datagram is dropped (RFC 5722). */
    IP_FRAGMENT_OVERLAP,
    IP_FRAGMENT_DUPLICATE,
    /** A datagram, or a fragment of it, that had to give way to others. */
    IP_REASSEMBLY_LIMIT,
    /** A datagram whose fragments did not all come in time. */
    IP_REASSEMBLY_TIMEOUT,
    ICMP_BAD,
    ICMP_UNKNOWN_TYPE,
    ICMP_UNMATCHED,
    ICMP_RATE_LIMITED,
    /** "Packet too big" with an MTU below what IPv6 guarantees (RFC 8200 section 5). */
    ICMP_MTU_BELOW_MINIMUM,
    TSMP_UNKNOWN,
    TSMP_UNMATCHED,
    UDP_BAD,
    UDP_NO_LISTENER,
    /** A socket's queue of received datagrams is full. */
    DATAGRAM_QUEUE_FULL,
    /** The memory budget has no room for a datagram. */
    DATAGRAM_MEMORY,
    /** No more UDP or echo sockets are opened. */
    DATAGRAM_SOCKET_LIMIT,
    /** The way out has no room for a datagram. */
    DATAGRAM_SEND_QUEUE_FULL,
    TCP_BAD_HEADER,
    TCP_BAD_CHECKSUM,
    TCP_NO_CONNECTION,
    TCP_RESET_RATE_LIMITED,
    TCP_PAWS,
    TCP_UNACCEPTABLE_SEQUENCE,
    TCP_UNACCEPTABLE_ACK,
    TCP_UNEXPECTED_SYN,
    TCP_RESET_NOT_EXACT,
    TCP_NO_ACK_BIT,
    TCP_OUT_OF_ORDER_LIMIT,
    TCP_MEMORY,
    TCP_HALF_OPEN_LIMIT,
    TCP_CONNECTION_LIMIT,
    TCP_TIME_WAIT,
    NO_ROUTE,
    CONTROL_QUEUE_FULL
}
