package pt.sunbeam.transport;

import java.util.List;
import pt.sunbeam.ip.IpAddress;

/**
 * Where to connect and what the other end must prove.
 *
 * @param host a name or an address literal, for messages, SNI and, without {@code addresses}, for resolution
 * @param port 1 to 65535
 * @param addresses addresses to use instead of resolving {@code host}; may be empty
 * @param tls what the other end must prove
 */
public record DialTarget(String host, int port, List<IpAddress> addresses, TlsIdentity tls) {
    public DialTarget {
        addresses = List.copyOf(addresses);
    }

    public static DialTarget plain(String host, int port) {
        return new DialTarget(host, port, List.of(), new TlsIdentity.Plain());
    }

    public static DialTarget tls(String host, int port) {
        return new DialTarget(host, port, List.of(), new TlsIdentity.Named(host, host));
    }

    /** The value of HTTP's Host field; port 443 goes without saying, whether there is TLS or not. */
    public String hostHeader() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == 443 ? bracketed : bracketed + ":" + port;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
