package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.time.Deadline;

/**
 * A connection of a packet script, brought into any state of RFC 9293 section 3.3.2 by the shortest way. It begins as an
 * active open over IPv4 with MSS 1240 and SACK, without timestamps, scaling and keepalive; whoever needs something else says so.
 */
final class ScriptConnection {
    private static final int LISTENING_PORT = 8080;

    private final PacketTest script;
    private boolean passive;
    private boolean sack = true;
    private boolean timestamps;
    private int windowScale = -1;
    private int mss = PacketTest.MSS;
    private long rttMillis;
    private ConnectOptions how = new ConnectOptions(Deadline.seconds(20), false);

    ScriptConnection(PacketTest script) {
        this.script = script;
    }

    /** The scripted host opens. */
    ScriptConnection passive() {
        passive = true;
        return this;
    }

    ScriptConnection v6() {
        script.v6 = true;
        return this;
    }

    ScriptConnection withoutSack() {
        sack = false;
        return this;
    }

    ScriptConnection timestamps() {
        timestamps = true;
        return this;
    }

    ScriptConnection windowScale(int shift) {
        windowScale = shift;
        return this;
    }

    /** 0 leaves the option out. */
    ScriptConnection mss(int bytes) {
        mss = bytes;
        return this;
    }

    /** The field of the scripted host's window, in the handshake and until a segment names another. */
    ScriptConnection window(int field) {
        script.window = field;
        return this;
    }

    ScriptConnection keepAlive() {
        how = ConnectOptions.DEFAULT;
        return this;
    }

    /** How long the scripted host takes to answer the SYN. */
    ScriptConnection rtt(long millis) {
        rttMillis = millis;
        return this;
    }

    /** The scripted host's options in its SYN. */
    String synOptions() {
        String stamps = timestamps ? String.format("080a%08x%08x0101", script.peerTsClock(), script.lastTsVal) : "";
        return (mss > 0 ? String.format("0204%04x", mss) : "")
                + (sack ? "04020101" : "")
                + (windowScale >= 0 ? String.format("010303%02x", windowScale) : "")
                + stamps;
    }

    /** Brings the connection into {@code state}; nothing that was sent on the way is left to expect. */
    void reach(TcpState state) {
        switch (state) {
            case SYN_SENT -> script.connect(how);
            case SYN_RECEIVED -> receiveSyn();
            case ESTABLISHED -> establish();
            case FIN_WAIT_1 -> {
                establish();
                script.shutdown();
            }
            case FIN_WAIT_2 -> {
                reach(TcpState.FIN_WAIT_1);
                script.send(script.segment().ack(2));
            }
            case CLOSING -> {
                reach(TcpState.FIN_WAIT_1);
                script.send(script.fin());
            }
            case TIME_WAIT -> {
                reach(TcpState.FIN_WAIT_2);
                script.send(script.fin());
            }
            case CLOSE_WAIT -> {
                establish();
                script.send(script.fin());
            }
            case LAST_ACK -> {
                reach(TcpState.CLOSE_WAIT);
                script.shutdown();
            }
            case CLOSED -> {
                reach(TcpState.LAST_ACK);
                script.send(script.segment().ack(2));
            }
        }
        assertThat(script.state()).isEqualTo(state);
        script.forget();
    }

    private void receiveSyn() {
        if (passive) {
            script.listen(LISTENING_PORT);
        } else {
            script.connect(how);
        }
        script.send(script.syn().options(synOptions()));
        script.iss = script.sent.peekLast().seq;
        script.peerTimestamps = timestamps;
    }

    private void establish() {
        if (passive) {
            receiveSyn();
            script.after(rttMillis);
            script.send(script.segment().ack(1));
        } else {
            script.connect(how);
            script.after(rttMillis);
            script.send(script.synAck().ack(1).options(synOptions()));
            script.peerTimestamps = timestamps;
        }
        script.after(0);
        assertThat(script.app.connected).isTrue();
    }
}
