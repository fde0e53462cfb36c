package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.TcpState;

/** Rejections by Tailscale peers; the bytes are written by hand from the layout in Tailscale's net/packet/tsmp.go. */
class TsmpRejectTest extends PacketTest {
    private static final int TCP = 6;

    private void reject(int reason, int protocol, int toPort, byte... flags) {
        byte[] p = new byte[7 + flags.length];
        p[0] = 0x21;
        p[1] = (byte) protocol;
        p[2] = (byte) reason;
        p[3] = (byte) (port >>> 8);
        p[4] = (byte) port;
        p[5] = (byte) (toPort >>> 8);
        p[6] = (byte) toPort;
        System.arraycopy(flags, 0, p, 7, flags.length);
        injectPayload(99, p);
    }

    @ParameterizedTest
    @CsvSource({
        "0x41,PROHIBITED",
        "0x53,PROHIBITED",
        "0x57,REFUSED",
        "0x46,UNREACHABLE",
        "0x54,UNREACHABLE",
        "0x7a,REFUSED"
    })
    void aRejectedOpenEndsAtOnceWithTheReason(String reason, ConnectFailure failure) {
        connect();
        reject(Integer.decode(reason), TCP, 80);
        run(1);
        assertThat(app.failure).isEqualTo(failure);
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void aPeerThatIsNotSureEndsNothing() {
        connect();
        reject('A', TCP, 80, (byte) 1);
        run(1);
        assertThat(app.failure).isNull();
        reject('A', TCP, 80, (byte) 0);
        run(1);
        assertThat(app.failure).isEqualTo(ConnectFailure.PROHIBITED);
    }

    @Test
    void anEstablishedConnectionIsNeverEnded() {
        establish();
        reject('A', TCP, 80);
        run(1);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(app.reset).isNull();
    }

    @Test
    void whatMatchesNoFlowOrIsNoRejectionIsCounted() {
        connect();
        reject('A', TCP, 81);
        reject('A', 17, 80);
        assertThat(drops(DropCause.TSMP_UNMATCHED)).isEqualTo(2);
        injectPayload(99, new byte[] {'!', TCP, 'A', 0, 1, 0});
        injectPayload(99, new byte[] {'p', 1, 2, 3, 4, 5, 6, 7});
        injectPayload(99, new byte[0]);
        assertThat(drops(DropCause.TSMP_UNKNOWN)).isEqualTo(3);
        assertThat(app.failure).isNull();
    }
}
