package pt.sunbeam.testkit;

import java.util.List;
import pt.sunbeam.daemon.EmbeddedNode;

/**
 * The tailnet of {@code scripts/demo}: prints what a user needs to join it, one {@code NAME=VALUE} a line, then serves until
 * its standard input ends.
 */
public final class DemoTailnet {
    private DemoTailnet() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
        try (TestTailnet tailnet = TestTailnet.start()) {
            EmbeddedNode peer = tailnet.addPeer("web");
            List<String> addresses = peer.status().addresses();
            System.out.println("LOGIN_SERVER=" + tailnet.url());
            System.out.println("AUTH_KEY=" + TestTailnet.AUTH_KEY);
            System.out.println("PEER_ADDRESS=" + addresses.getFirst());
            System.out.println("READY=1");
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
