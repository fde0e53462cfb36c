package pt.sunbeam.config;

import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/**
 * A local forward: what {@code -L [BIND:]PORT:HOST:PORT} says. An IPv6 address stands in brackets.
 *
 * @param bind the local address to listen on
 * @param port the local port; 0 takes a free one
 * @param host an address in the tailnet, or a peer's exact short or full name
 * @param targetPort 1 to 65535
 */
public record ForwardSpec(IpAddress bind, int port, String host, int targetPort) {
    /** Where the seed's forward listens. */
    public static final int DEFAULT_PORT = 16579;

    /** The port of a cluster's API, when none is named. */
    public static final int DEFAULT_CLUSTER_PORT = 6443;

    /** The forward that {@code text} spells; USAGE when it is none. */
    public static ForwardSpec parse(String text) {
        ForwardText in = new ForwardText(text);
        String first = in.field();
        String second = in.field();
        if (in.isAtEnd()) {
            throw usage(text, "it has too few parts");
        }
        String third = in.field();
        String fourth = in.isAtEnd() ? null : in.field();
        if (!in.isAtEnd()) {
            throw usage(text, "it has too many parts; an IPv6 address stands in brackets");
        }
        String bindText = fourth == null ? "127.0.0.1" : first;
        String portText = fourth == null ? first : second;
        String host = fourth == null ? second : third;
        String targetText = fourth == null ? third : fourth;
        IpAddress bind = bindText.equals("localhost") ? IpAddress.LOOPBACK_V4 : IpAddress.parse(bindText);
        if (bind == null) {
            throw usage(text, notLocal(bindText));
        }
        int port = IpEndpoint.parsePort(portText);
        int targetPort = IpEndpoint.parsePort(targetText);
        if (port < 0 || targetPort <= 0) {
            throw usage(text, "\"" + (port < 0 ? portText : targetText) + "\" is not a port");
        }
        return new ForwardSpec(bind, port, requireHost(text, host), targetPort);
    }

    /** The seed's forward: 127.0.0.1:16579 to {@code HOST} or {@code HOST:PORT}; USAGE when it is neither. */
    public static ForwardSpec toCluster(String clusterHost) {
        IpAddress literal = IpAddress.parse(clusterHost);
        if (literal != null) {
            return new ForwardSpec(IpAddress.LOOPBACK_V4, DEFAULT_PORT, clusterHost, DEFAULT_CLUSTER_PORT);
        }
        ForwardText in = new ForwardText(clusterHost);
        String host = in.field();
        String portText = in.isAtEnd() ? String.valueOf(DEFAULT_CLUSTER_PORT) : in.field();
        int port = IpEndpoint.parsePort(portText);
        if (!in.isAtEnd() || port <= 0) {
            throw notCluster(clusterHost, "\"" + portText + "\" is not a port");
        }
        if (!isHost(host)) {
            throw notCluster(clusterHost, "\"" + host + "\" is not a host");
        }
        return new ForwardSpec(IpAddress.LOOPBACK_V4, DEFAULT_PORT, host, port);
    }

    private static SunbeamException notCluster(String text, String reason) {
        return new SunbeamException(
                FailureCode.USAGE,
                "the cluster host \"" + text + "\" cannot be understood: " + reason,
                "write it as HOST or HOST:PORT, for example kube or kube:6443");
    }

    private static String notLocal(String bind) {
        if (bind.isEmpty() || bind.equals("*")) {
            return "every address of this machine is written 0.0.0.0";
        }
        return "\"" + bind + "\" is not a local address";
    }

    private static String requireHost(String text, String host) {
        if (!isHost(host)) {
            throw usage(text, "\"" + host + "\" is not a host");
        }
        return host;
    }

    private static boolean isHost(String host) {
        return !host.isEmpty() && host.length() <= 253 && host.chars().noneMatch(ForwardSpec::isForeignToHosts);
    }

    private static boolean isForeignToHosts(int c) {
        return c <= ' ' || c == '/' || c == '[' || c == ']' || c == 127;
    }

    private static SunbeamException usage(String text, String reason) {
        return new SunbeamException(
                FailureCode.USAGE,
                "the forward \"" + text + "\" cannot be understood: " + reason,
                "write it as [BIND:]PORT:HOST:PORT, for example 5432:db:5432");
    }

    /** {@code ADDRESS:PORT} of the local end. */
    public String listenText() {
        return new IpEndpoint(bind, port).toString();
    }

    /** {@code HOST:PORT} of the far end. */
    public String targetText() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + targetPort;
    }

    /** The text {@link #parse} reads. */
    @Override
    public String toString() {
        return listenText() + ":" + targetText();
    }
}
