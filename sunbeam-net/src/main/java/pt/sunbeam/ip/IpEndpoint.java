package pt.sunbeam.ip;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address and a port.
 *
 * @param port 0 to 65535
 */
public record IpEndpoint(IpAddress address, int port) {
    public IpEndpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    /** The endpoint that {@code text} ("1.2.3.4:5", "[2001:db8::1]:5") spells, or null. */
    public static @Nullable IpEndpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        IpAddress address = IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
        int port = parsePort(text.substring(colon + 1));
        return address == null || address.v6() != bracketed || port < 0 ? null : new IpEndpoint(address, port);
    }

    /** 0 to 65535, or -1 for anything but plain decimal digits in that range. */
    public static int parsePort(String text) {
        if (text.isEmpty() || text.length() > 5) {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65535 ? port : -1;
    }

    public static IpEndpoint of(InetSocketAddress address) {
        return new IpEndpoint(IpAddress.of(address.getAddress()), address.getPort());
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    @Override
    public String toString() {
        return (address.v6() ? "[" + address + "]" : address.toString()) + ":" + port;
    }
}
