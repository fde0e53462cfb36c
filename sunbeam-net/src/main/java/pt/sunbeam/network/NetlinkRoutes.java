package pt.sunbeam.network;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.network.NetlinkMessage.Reason;
import pt.sunbeam.network.NetlinkMessage.Refused;

/** Reads one route message (rtnetlink(7), struct rtmsg): the fixed part, its attributes, and the first of several next hops. */
final class NetlinkRoutes {
    private static final int BODY_BYTES = 12;
    private static final int PREFIX_BITS_OFFSET = 1;
    private static final int TABLE_OFFSET = 4;
    private static final int TYPE_OFFSET = 7;
    private static final int FLAGS_OFFSET = 8;
    private static final int TABLE_MAIN = 254;
    private static final int TYPE_UNICAST = 1;
    private static final int FLAG_CLONED = 0x200;

    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;

    /** struct rtnexthop: its length, flags, hops and interface index, and attributes behind them. */
    private static final int NEXT_HOP_BYTES = 8;

    private final byte[] b;
    private final boolean v6;
    private int table;
    private int metric;
    private int interfaceIndex;
    private @Nullable IpAddress gateway;
    private boolean malformed;

    private NetlinkRoutes(byte[] b, int body) {
        this.b = b;
        this.v6 = NetlinkMessages.isV6(b[body]);
        this.table = b[body + TABLE_OFFSET] & 0xff;
    }

    /** The message whose fixed part begins at {@code body}; {@code type} says whether it came or went. */
    static NetlinkMessage route(byte[] b, int body, int end, int type) {
        if (end - body < BODY_BYTES) {
            return new Refused(Reason.SHORT_BODY);
        }
        if (!NetlinkMessages.isInternet(b[body])) {
            return new NetlinkMessage.Other(type);
        }
        NetlinkRoutes route = new NetlinkRoutes(b, body);
        int prefixBits = b[body + PREFIX_BITS_OFFSET] & 0xff;
        if (prefixBits > (route.v6 ? 128 : 32)) {
            return new Refused(Reason.BAD_ADDRESS);
        }
        route.read(new NetlinkAttributes(b, body + BODY_BYTES, end));
        if (route.malformed) {
            return new Refused(Reason.BAD_ATTRIBUTE);
        }
        return route.message(NetlinkMessages.isRouteRemoval(type), prefixBits, body);
    }

    private NetlinkMessage message(boolean removed, int prefixBits, int body) {
        boolean toInternet = table == TABLE_MAIN
                && b[body + TYPE_OFFSET] == TYPE_UNICAST
                && (Endian.intLe(b, body + FLAGS_OFFSET) & FLAG_CLONED) == 0;
        return new NetlinkMessage.Route(
                removed, v6, prefixBits, interfaceIndex, gateway, metric & 0xffffffffL, toInternet);
    }

    private void read(NetlinkAttributes attributes) {
        while (attributes.next()) {
            switch (attributes.type()) {
                case RTA_OIF -> interfaceIndex = attributes.intOr(0);
                case RTA_PRIORITY -> metric = attributes.intOr(0);
                case RTA_TABLE -> table = attributes.intOr(table);
                case RTA_GATEWAY -> gateway = attributes.address(v6, 0);
                case RTA_VIA -> gateway = attributes.address(NetlinkMessages.isV6(attributes.shortValue()), 2);
                case RTA_MULTIPATH -> readFirstHop(attributes.valueOffset(), attributes.valueBytes());
                default -> {}
            }
        }
        malformed |= attributes.isMalformed();
    }

    private void readFirstHop(int at, int lengthBytes) {
        int hopBytes = lengthBytes < NEXT_HOP_BYTES ? 0 : Endian.shortLe(b, at);
        if (hopBytes < NEXT_HOP_BYTES || hopBytes > lengthBytes) {
            malformed = true;
            return;
        }
        interfaceIndex = Endian.intLe(b, at + 4);
        readHop(new NetlinkAttributes(b, at + NEXT_HOP_BYTES, at + hopBytes));
    }

    private void readHop(NetlinkAttributes attributes) {
        while (attributes.next()) {
            switch (attributes.type()) {
                case RTA_GATEWAY -> gateway = attributes.address(v6, 0);
                case RTA_VIA -> gateway = attributes.address(NetlinkMessages.isV6(attributes.shortValue()), 2);
                default -> {}
            }
        }
        malformed |= attributes.isMalformed();
    }
}
