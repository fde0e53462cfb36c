package pt.sunbeam.config;

import java.util.Arrays;
import java.util.Optional;

/** The settings a context can have, by their names in the file and on the command line. */
public enum ConfigKey {
    URL("vpn-url", false, "the coordination server, for example https://headscale.example.com"),
    AUTH_KEY("vpn-auth-key", true, "a pre-auth key, or file:PATH"),
    CLUSTER_HOST(
            "vpn-cluster-host", false, "HOST or HOST:PORT that 127.0.0.1:16579 leads to (port 6443 if none is named)"),
    HOSTNAME("vpn-hostname", false, "this node's name in the tailnet"),
    CA_FILE("vpn-ca-file", false, "a PEM file with further certificate authorities"),
    FORWARDS("vpn-forwards", false, "forwards as for -L, separated by commas"),
    PORT_MAPPING("vpn-port-mapping", false, "on or off: whether the router is asked for a port (on)");

    private final String key;
    private final boolean secret;
    private final String description;

    ConfigKey(String key, boolean secret, String description) {
        this.key = key;
        this.secret = secret;
        this.description = description;
    }

    /** The name in the file: kebab-case. */
    public String key() {
        return key;
    }

    /** True when the value is never shown in lists. */
    public boolean secret() {
        return secret;
    }

    public String description() {
        return description;
    }

    public static Optional<ConfigKey> of(String key) {
        return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
    }
}
