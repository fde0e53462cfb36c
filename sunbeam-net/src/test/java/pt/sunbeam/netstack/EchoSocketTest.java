package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.icmp.EchoEvents;
import pt.sunbeam.netstack.icmp.EchoSocket;
import pt.sunbeam.netstack.icmp.EchoSockets;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.time.Deadline;

/** Echo requests and their replies (RFC 792, RFC 4443 section 4). */
class EchoSocketTest extends HostTest {
    private final List<String> told = new ArrayList<>();
    private final EchoEvents events = new EchoEvents() {
        @Override
        public void replied(EchoSocket s) {
            for (int n = s.receive(target.clear(), from); n >= 0; n = s.receive(target.clear(), from)) {
                told.add("reply " + from.sequence() + " of " + n + " bytes at " + from.arrivalNanos() / Deadline.MILLI);
            }
        }

        @Override
        public void unreachable(EchoSocket s, int sequence, Icmp.ErrorKind kind) {
            told.add(kind + " " + sequence);
        }
    };

    private byte[] ask(EchoSocket socket, int sequence, byte... payload) {
        assertThat(socket.send(sequence, ByteBuffer.wrap(payload))).isEqualTo(SendResult.SENT);
        host.pump();
        return sent.remove();
    }

    private static byte[] reply(boolean v6, byte[] request) {
        byte[] m = TestPacket.payload(request);
        int rest = ByteBuffer.wrap(m).getInt(4);
        return TestPacket.icmp(v6, v6 ? 129 : 0, 0, rest, Arrays.copyOfRange(m, 8, m.length));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplyIsHeardWithSequencePayloadAndArrival(boolean v6) {
        EchoSocket socket = host.stack.openEcho(theirs(v6), events);
        byte[] request = ask(socket, 0xfffe, (byte) 1, (byte) 2, (byte) 3);
        byte[] m = TestPacket.payload(request);
        assertThat(TestPacket.protocol(request)).isEqualTo(icmp(v6));
        assertThat(m[0]).isEqualTo((byte) (v6 ? 128 : 8));
        int sum = v6
                ? TestPacket.transportSum(true, OURS, THEIRS, TestPacket.ICMPV6, m)
                : TestSegment.sum(m, 0, m.length, 0);
        assertThat(sum).isEqualTo(0xffff);
        run(30);
        inject(v6, icmp(v6), reply(v6, request));
        assertThat(told).containsExactly("reply 65534 of 3 bytes at 1030");
        assertThat(target.array()).startsWith(1, 2, 3);
    }

    @Test
    void aReplyOfAnotherHostOrIdentifierIsUnmatched() {
        EchoSocket socket = host.stack.openEcho(theirs(false), events);
        byte[] reply = reply(false, ask(socket, 1));
        host.receive(TestPacket.v4(THEIRS + 1, OURS, 1, 1, 0, reply));
        inject(false, 1, TestPacket.icmp(false, 0, 0, socket.id() + 1 << 16 | 1));
        inject(true, 58, TestPacket.icmp(true, 129, 0, socket.id() << 16 | 1));
        assertThat(told).isEmpty();
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isEqualTo(3);
        socket.close();
        inject(false, 1, reply);
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isEqualTo(4);
    }

    @Test
    void anErrorAboutARequestIsToldWithItsSequence() {
        EchoSocket four = host.stack.openEcho(THEIRS_4, events);
        inject(false, 1, TestPacket.icmp(false, 3, 1, 0, part(ask(four, 5), 0, 28)));
        EchoSocket six = host.stack.openEcho(THEIRS_6, events);
        inject(true, 58, TestPacket.icmp(true, 1, 1, 0, ask(six, 6)));
        assertThat(told).containsExactly("SOFT 5", "REFUSED 6");
    }

    @Test
    void aLongRequestLeavesInFragmentsForV4AndItsReplyIsPutTogether() {
        EchoSocket socket = host.stack.openEcho(THEIRS_4, events);
        assertThat(socket.send(1, ByteBuffer.wrap(TestPacket.bytes(3000, 1)))).isEqualTo(SendResult.SENT);
        host.pump();
        assertThat(sent).hasSize(3);
        byte[] reply = TestPacket.icmp(false, 0, 0, socket.id() << 16 | 1, TestPacket.bytes(3000, 1));
        host.receive(fragment(false, 1, 3, 1240, false, part(reply, 1240, reply.length)));
        host.receive(fragment(false, 1, 3, 0, true, part(reply, 0, 1240)));
        assertThat(told).containsExactly("reply 1 of 3000 bytes at 1000");
        assertThat(host.stack.openEcho(THEIRS_6, events).send(1, ByteBuffer.allocate(1233)))
                .isEqualTo(SendResult.TOO_BIG);
    }

    @Test
    void identifiersDifferAndThereIsALimitOfSockets() {
        Set<Integer> ids = new HashSet<>();
        List<EchoSocket> sockets = new ArrayList<>();
        for (int i = 0; i < EchoSockets.MAX_SOCKETS; i++) {
            EchoSocket s = host.stack.openEcho(THEIRS_4, events);
            ids.add(s.id());
            sockets.add(s);
        }
        assertThat(ids).hasSize(EchoSockets.MAX_SOCKETS);
        assertThat(host.stack.openEcho(THEIRS_4, events)).isNull();
        for (EchoSocket s : sockets) {
            inject(false, 1, TestPacket.icmp(false, 0, 0, s.id() << 16 | 9));
        }
        assertThat(told).hasSize(EchoSockets.MAX_SOCKETS);
        sockets.forEach(EchoSocket::close);
        assertThat(host.stack.status().echoSockets()).isZero();
        assertThat(host.stack.openEcho(THEIRS_4, events)).isNotNull();
    }
}
