package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.time.Deadline;

/** Opens that wait for their turn on a path that does not answer. */
class OpeningsTest {
    private static final IpEndpoint TARGET = new IpEndpoint(IpAddress.v4(0x64400002), 80);

    private final Egress[] only = new Egress[1];
    private final Stack stack = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> only[0]);

    private TcpConnection open() {
        ConnectResult result = stack.connect(TARGET, ConnectOptions.DEFAULT, new TcpEvents() {}, Deadline.SECOND);
        return ((ConnectResult.Opening) result).connection();
    }

    @Test
    void anOpenThatIsGivenUpWhileItWaitsIsForgotten() {
        only[0] = stack.newEgress("wire", egress -> {});
        stack.setAddresses(List.of(IpAddress.v4(0x64400001)));
        TcpPath path = only[0];
        for (int i = 0; i < Openings.MAX_YOUNG + 10; i++) {
            open();
        }
        for (int i = 0; i < 1000; i++) {
            open().abort();
        }
        assertThat(path.openings.waitingCount()).isEqualTo(10);
    }
}
