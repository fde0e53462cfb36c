package pt.sunbeam.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.transport.Trust;

/**
 * The tailnet of the integration tests, made of programs that are not ours.
 *
 * @param url the coordination server's
 * @param authKey a reusable pre-auth key, better an ephemeral one
 * @param caFiles PEM files to trust besides the platform's roots; may be empty
 * @param peer an echo service on a node of that tailnet; empty when none is known
 */
record RealTailnet(String url, String authKey, List<Path> caFiles, Optional<IpEndpoint> peer) {
    static final String AUTH_KEY = "SUNBEAM_NET_TEST_AUTH_KEY";
    static final String COORD_URL = "SUNBEAM_NET_TEST_COORD_URL";
    static final String CA = "SUNBEAM_NET_TEST_CA";
    static final String PEER = "SUNBEAM_NET_TEST_PEER";

    /** The one the environment names, else one in containers, else the calling test is skipped with what is missing. */
    static RealTailnet require() {
        Optional<RealTailnet> named = fromEnvironment(System.getenv());
        return named.isPresent() ? named.get() : ContainerTailnet.require();
    }

    /** Empty when the environment names none; a test that is given half of one fails rather than being skipped. */
    static Optional<RealTailnet> fromEnvironment(Map<String, String> environment) {
        String url = environment.getOrDefault(COORD_URL, "");
        String key = environment.getOrDefault(AUTH_KEY, "");
        if (url.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (url.isEmpty() || key.isEmpty()) {
            throw new IllegalStateException(AUTH_KEY + " and " + COORD_URL + " must be set together");
        }
        String ca = environment.getOrDefault(CA, "");
        String peer = environment.getOrDefault(PEER, "");
        return Optional.of(new RealTailnet(
                url,
                key,
                ca.isEmpty() ? List.of() : List.of(Path.of(ca)),
                peer.isEmpty() ? Optional.empty() : Optional.of(endpoint(peer))));
    }

    private static IpEndpoint endpoint(String text) {
        IpEndpoint endpoint = IpEndpoint.parse(text);
        if (endpoint == null) {
            throw new IllegalStateException(PEER + " must be ADDRESS:PORT: " + text);
        }
        return endpoint;
    }

    Trust trust() {
        return Trust.withFiles(caFiles);
    }

    /** The echo service, without which the calling test is skipped. */
    IpEndpoint requirePeer() {
        Assumptions.assumeTrue(peer.isPresent(), PEER + " is not set: no echo service in the tailnet is known");
        return peer.orElseThrow();
    }
}
