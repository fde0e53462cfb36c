package pt.sunbeam.network;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.network.NetlinkMessage.Reason;
import pt.sunbeam.network.NetlinkMessage.Refused;

/**
 * The codec of netlink's routing family (rtnetlink(7), linux/rtnetlink.h): datagrams of the kernel into messages, and the
 * request for a dump. Numbers are in the host's byte order, here little-endian. Total: any bytes give values.
 */
final class NetlinkMessages {
    static final int GET_LINK = 18;
    static final int GET_ADDRESS = 22;
    static final int GET_ROUTE = 26;

    /** More than the kernel puts into one datagram of a dump (32 KiB, NLMSG_GOODSIZE and above). */
    static final int MAX_DATAGRAM_BYTES = 65536;

    private static final int HEADER_BYTES = 16;
    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int TYPE_OVERRUN = 4;
    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;
    private static final int FLAG_REQUEST_DUMP = 0x301;

    private static final int AF_INET = 2;
    private static final int AF_BRIDGE = 7;
    private static final int AF_INET6 = 10;

    private static final int LINK_BYTES = 16;
    private static final int IFF_UP = 1;
    private static final int IFF_LOOPBACK = 8;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_WIRELESS = 11;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;

    private static final int ADDRESS_BYTES = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_TENTATIVE = 0x40;

    private NetlinkMessages() {}

    /** A request for all links, addresses or routes of all families: one of the GET constants. */
    static byte[] dumpRequest(int type) {
        byte[] b = new byte[HEADER_BYTES + LINK_BYTES];
        b[0] = (byte) b.length;
        b[4] = (byte) type;
        b[6] = (byte) FLAG_REQUEST_DUMP;
        b[7] = (byte) (FLAG_REQUEST_DUMP >>> 8);
        b[8] = 1;
        return b;
    }

    /** Gives the messages of one datagram, the first {@code lengthBytes} of {@code b}, to {@code sink} in their order. */
    static void decode(byte[] b, int lengthBytes, Consumer<NetlinkMessage> sink) {
        for (int at = 0; at < lengthBytes; ) {
            long messageBytes = lengthBytes - at < HEADER_BYTES ? 0 : Endian.intLe(b, at) & 0xffffffffL;
            if (messageBytes < HEADER_BYTES || messageBytes > lengthBytes - at) {
                sink.accept(new Refused(Reason.BAD_LENGTH));
                return;
            }
            sink.accept(message(b, at, at + (int) messageBytes));
            at += (int) messageBytes + 3 & ~3;
        }
    }

    private static NetlinkMessage message(byte[] b, int start, int end) {
        int type = Endian.shortLe(b, start + 4);
        int body = start + HEADER_BYTES;
        return switch (type) {
            case TYPE_ERROR, TYPE_DONE -> end(b, body, end);
            case TYPE_OVERRUN -> new NetlinkMessage.Overrun();
            case NEW_LINK, DELETE_LINK -> link(b, body, end, type);
            case NEW_ADDRESS, DELETE_ADDRESS -> address(b, body, end, type);
            case NEW_ROUTE, DELETE_ROUTE -> NetlinkRoutes.route(b, body, end, type);
            default -> new NetlinkMessage.Other(type);
        };
    }

    /** Both kinds of end begin with a negative error number, or zero. */
    private static NetlinkMessage end(byte[] b, int body, int end) {
        return end - body < 4 ? new Refused(Reason.SHORT_BODY) : new NetlinkMessage.End(-Endian.intLe(b, body));
    }

    private static NetlinkMessage link(byte[] b, int body, int end, int type) {
        if (end - body < LINK_BYTES) {
            return new Refused(Reason.SHORT_BODY);
        }
        if (b[body] == AF_BRIDGE) {
            return new NetlinkMessage.Other(type);
        }
        String name = "";
        String kind = "";
        boolean wireless = false;
        NetlinkAttributes attributes = new NetlinkAttributes(b, body + LINK_BYTES, end);
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFLA_IFNAME -> name = attributes.text();
                case IFLA_WIRELESS -> wireless = true;
                case IFLA_LINKINFO -> kind = kind(attributes.nested());
                default -> {}
            }
        }
        if (attributes.isMalformed()) {
            return new Refused(Reason.BAD_ATTRIBUTE);
        }
        int flags = Endian.intLe(b, body + 8);
        boolean up = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0;
        boolean loopback = (flags & IFF_LOOPBACK) != 0;
        return new NetlinkMessage.Link(
                type == DELETE_LINK, Endian.intLe(b, body + 4), name, up, loopback, kind, wireless);
    }

    private static String kind(NetlinkAttributes linkInfo) {
        while (linkInfo.next()) {
            if (linkInfo.type() == IFLA_INFO_KIND) {
                return linkInfo.text();
            }
        }
        return "";
    }

    private static NetlinkMessage address(byte[] b, int body, int end, int type) {
        if (end - body < ADDRESS_BYTES) {
            return new Refused(Reason.SHORT_BODY);
        }
        if (!isInternet(b[body])) {
            return new NetlinkMessage.Other(type);
        }
        boolean v6 = b[body] == AF_INET6;
        int flags = b[body + 2] & 0xff;
        IpAddress address = null;
        IpAddress local = null;
        NetlinkAttributes attributes = new NetlinkAttributes(b, body + ADDRESS_BYTES, end);
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFA_ADDRESS -> address = attributes.address(v6, 0);
                case IFA_LOCAL -> local = attributes.address(v6, 0);
                case IFA_FLAGS -> flags = attributes.intOr(flags);
                default -> {}
            }
        }
        if (attributes.isMalformed()) {
            return new Refused(Reason.BAD_ATTRIBUTE);
        }
        return address(type, Endian.intLe(b, body + 4), local == null ? address : local, flags);
    }

    /** On a point-to-point link IFA_ADDRESS is the other end, and IFA_LOCAL ours. */
    private static NetlinkMessage address(int type, int interfaceIndex, @Nullable IpAddress own, int flags) {
        if (own == null) {
            return new Refused(Reason.BAD_ADDRESS);
        }
        boolean ready = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
        return new NetlinkMessage.Address(type == DELETE_ADDRESS, interfaceIndex, own, ready);
    }

    static boolean isInternet(byte family) {
        return family == AF_INET || family == AF_INET6;
    }

    static boolean isV6(int family) {
        return family == AF_INET6;
    }

    static boolean isRouteRemoval(int type) {
        return type == DELETE_ROUTE;
    }
}
