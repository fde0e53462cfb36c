package pt.sunbeam.network;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/** A message of the routing family of netlink (rtnetlink(7)), as far as {@link NetworkState} needs it. */
sealed interface NetlinkMessage {
    /**
     * RTM_NEWLINK and RTM_DELLINK.
     *
     * @param up administratively up, and running: a cable is in
     * @param kind the driver's kind, "veth" or "wireguard"; empty for hardware
     * @param wirelessEvent news of a wireless driver (a scan) in the shape of a link message
     */
    record Link(
            boolean removed, int index, String name, boolean up, boolean loopback, String kind, boolean wirelessEvent)
            implements NetlinkMessage {}

    /**
     * RTM_NEWADDR and RTM_DELADDR.
     *
     * @param interfaceIndex the link that has it
     * @param ready false while duplicate address detection lasts, and when it failed (RFC 4862 section 5.4)
     */
    record Address(boolean removed, int interfaceIndex, IpAddress address, boolean ready) implements NetlinkMessage {}

    /**
     * RTM_NEWROUTE and RTM_DELROUTE. Of several next hops it has the first.
     *
     * @param prefixBits of the destination; 0 is a default route
     * @param interfaceIndex the link it leaves by, 0 for none
     * @param metric lower wins; 0 to 2^32-1
     * @param toInternet unicast, in the main table, and no cached clone
     */
    record Route(
            boolean removed,
            boolean v6,
            int prefixBits,
            int interfaceIndex,
            @Nullable IpAddress gateway,
            long metric,
            boolean toInternet)
            implements NetlinkMessage {}

    /** The end of an answer: NLMSG_DONE, or NLMSG_ERROR with the error number ({@code errno}) of a refusal, else 0. */
    record End(int errno) implements NetlinkMessage {}

    /** Messages were lost for want of room (NLMSG_OVERRUN). */
    record Overrun() implements NetlinkMessage {}

    /** Any other message: neighbours, rules, links seen by a bridge. */
    record Other(int type) implements NetlinkMessage {}

    /** Bytes that are no message; nothing behind them in the same datagram is read. */
    record Refused(Reason reason) implements NetlinkMessage {}

    /** Why bytes are no message. */
    enum Reason {
        /** Fewer bytes than a header, or a length below the header's own or beyond the datagram. */
        BAD_LENGTH,
        /** The fixed part of the message's kind does not fit. */
        SHORT_BODY,
        /** An attribute's length is below its header's or beyond the message. */
        BAD_ATTRIBUTE,
        /** An address or prefix length that the family does not have, or none where one must be. */
        BAD_ADDRESS,
    }
}
