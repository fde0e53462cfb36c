package pt.sunbeam.underlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.EventLoops;

/** The sockets on a host that has no IPv6, no default route and nothing but loopback, in a namespace of its own. */
@Timeout(60)
class UnderlayNamespaceTest {
    private final EventLoops loops = new EventLoops("underlay");
    private final BlockingQueue<IpEndpoint> failed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Byte> received = new LinkedBlockingQueue<>();
    private final Underlay underlay = new Underlay(loops.loop(), new Recorder(), Ticker.system());

    @BeforeEach
    void aHostThatIsAlone() throws Exception {
        assumeTrue(TunDevice.missing().isEmpty(), () -> "needs " + TunDevice.missing());
        onLoop(() -> {
            NetworkNamespace.enterNew();
            NetworkNamespace.sysctl("net.ipv6.conf.all.disable_ipv6", "1");
            NetworkNamespace.run("ip link set lo up");
            underlay.bind(0);
            return "";
        });
    }

    @AfterEach
    void end() throws Exception {
        onLoop(() -> {
            underlay.close();
            return "";
        });
        loops.close();
    }

    @Test
    void anAddressWithoutARouteAndAFamilyThatIsOffAreToldAndReceptionGoesOn() throws Exception {
        IpEndpoint unrouted = IpEndpoint.parse("203.0.113.1:9");
        send(unrouted, 1);
        assertThat(failed.poll(5, TimeUnit.SECONDS)).isEqualTo(unrouted);
        if (underlay.has(true)) {
            IpEndpoint otherFamily = IpEndpoint.parse("[2001:db8::1]:9");
            send(otherFamily, 2);
            assertThat(failed.poll(5, TimeUnit.SECONDS)).isEqualTo(otherFamily);
        }
        send(IpEndpoint.parse("127.0.0.1:" + underlay.port(false)), 3);
        assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo((byte) 3);
    }

    private void send(IpEndpoint to, int mark) throws Exception {
        onLoop(() -> {
            underlay.send(to, new byte[] {(byte) mark});
            underlay.flush();
            return "";
        });
    }

    private void onLoop(Callable<String> work) throws Exception {
        loops.loop().submit(work).get(20, TimeUnit.SECONDS);
    }

    private final class Recorder implements UnderlayEvents {
        @Override
        public void datagrams(IpEndpoint source, PacketBatch datagrams) {
            for (int i = 0; i < datagrams.count(); i++) {
                received.add(datagrams.array()[datagrams.offset(i)]);
            }
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void sendFailed(IpEndpoint destination) {
            failed.add(destination);
        }
    }
}
