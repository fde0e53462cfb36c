package pt.sunbeam.control;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.TlsIdentity;

/**
 * Where the control server is.
 *
 * @param tls true for https; plain http has to be asked for
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 * @param path empty, or a prefix that begins with a slash and does not end with one; for a server behind a proxy
 */
public record ControlUrl(boolean tls, String host, int port, String path) {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    /**
     * Reads {@code text}; without a scheme it is https.
     *
     * @throws SunbeamException CONFIG, saying what is wrong with it
     */
    public static ControlUrl parse(String text) {
        String trimmed = text.strip();
        URI uri;
        try {
            uri = new URI(trimmed.contains("://") ? trimmed : "https://" + trimmed);
        } catch (URISyntaxException e) {
            throw wrong(trimmed, "it is not a URL", e);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (!tls && !scheme.equals("http")) {
            throw wrong(trimmed, "its scheme is neither https nor http", null);
        }
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw wrong(trimmed, "it must be scheme, host and port only", null);
        }
        int port = uri.getPort() < 0 ? (tls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        if (port == 0 || port > 65535) {
            throw wrong(trimmed, "port " + port + " does not exist", null);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        return new ControlUrl(tls, unbracketed(uri.getHost()), port, path);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static SunbeamException wrong(String text, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new SunbeamException(
                FailureCode.CONFIG,
                "the control URL \"" + withoutSecrets(text) + "\" cannot be used: " + why,
                "Give the server's address, for example https://headscale.example.com",
                cause == null || withoutSecrets(text).equals(text) ? cause : null);
    }

    /** Neither what is before an {@code @} nor a query or fragment may reach a log or a screen. */
    private static String withoutSecrets(String text) {
        return text.replaceFirst("(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1…@")
                .replaceFirst("(?s)([?#]).+", "$1…");
    }

    /** How to reach it. */
    public DialTarget target() {
        IpAddress literal = IpAddress.parse(host);
        TlsIdentity identity = tls ? new TlsIdentity.Named(host, host) : new TlsIdentity.Plain();
        return new DialTarget(host, port, literal == null ? List.of() : List.of(literal), identity);
    }

    /** Host and, unless it is the scheme's own, port: the {@code Host} header and HTTP/2's authority. */
    public String authority() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? HTTPS_PORT : HTTP_PORT) ? shown : shown + ":" + port;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + path;
    }
}
