package pt.sunbeam.path;

import static pt.sunbeam.time.Deadline.MILLI;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.DiscoMessage;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.sim.SimClock;

/** {@link Paths} with a virtual clock; what it sends is kept, and addresses answer as the test says. */
final class PathHarness implements PathSink {
    static final int REGION = 7;
    private static final int MAX_STEPS = 200_000;

    /** A packet that went out; {@code to} is null when it went through the relay. */
    record Sent(long atNanos, @Nullable IpEndpoint to, int region, DiscoMessage message) {}

    final SimClock clock = new SimClock(-5_000_000_000L);
    final DiscoPublic self;
    final RemotePeer peer;
    final Paths paths;
    final List<Sent> sent = new ArrayList<>();
    final Map<IpEndpoint, Long> answerAfterNanos = new HashMap<>();
    long relayAnswersAfterNanos = -1;
    int changes;
    int endpointsWanted;

    PathHarness() {
        SplittableRandom random = new SplittableRandom(1);
        DiscoPrivate secret = DiscoPrivate.generate(random);
        self = secret.publicKey();
        NodePublic node = NodePrivate.generate(random).publicKey();
        peer = new RemotePeer(2, self);
        paths = new Paths(secret, node, random, this);
    }

    static IpEndpoint endpoint(String text) {
        return Objects.requireNonNull(IpEndpoint.parse(text), text);
    }

    static List<IpEndpoint> endpoints(String... texts) {
        return List.of(texts).stream().map(PathHarness::endpoint).toList();
    }

    PeerPath put(String... candidates) {
        return paths.put(peer.node, peer.disco, endpoints(candidates), REGION, now());
    }

    /** A peer whose only candidate answers after {@code roundTripMillis}, and is trusted already. */
    PeerPath direct(String candidate, long roundTripMillis) {
        answers(candidate, roundTripMillis);
        PeerPath path = put(candidate);
        path.sent(now());
        runFor(roundTripMillis);
        return path;
    }

    void answers(String endpoint, long roundTripMillis) {
        answerAfterNanos.put(endpoint(endpoint), roundTripMillis * MILLI);
    }

    void silent(String endpoint) {
        answerAfterNanos.remove(endpoint(endpoint));
    }

    long now() {
        return clock.nowNanos();
    }

    void runFor(long millis) {
        long end = now() + millis * MILLI;
        for (int step = 0; step < MAX_STEPS; step++) {
            long deadline = paths.nextDeadlineNanos();
            long next = Math.min(clock.nextEventNanos(), deadline);
            if (next > end) {
                clock.runUntil(end);
                return;
            }
            if (deadline <= clock.nextEventNanos()) {
                clock.runUntil(Math.max(now(), deadline - 1));
                clock.at(Math.max(now(), deadline), () -> paths.onTimer(now()));
            }
            clock.runNext();
        }
        throw new AssertionError("the machine asks for its timer again and again");
    }

    /** Sends data every {@code everyMillis}, for {@code millis}. */
    void sendFor(PeerPath path, long everyMillis, long millis) {
        for (long t = 0; t < millis; t += everyMillis) {
            path.sent(now());
            runFor(everyMillis);
        }
    }

    void fromUdp(byte[] packet, String source) {
        paths.onDatagram(packet, 0, packet.length, endpoint(source), now());
    }

    void fromRelay(byte[] packet, NodePublic source) {
        paths.onRelayed(packet, 0, packet.length, REGION, source, now());
    }

    List<Sent> pings() {
        return sent.stream()
                .filter(s -> s.message() instanceof Ping && s.to() != null)
                .toList();
    }

    List<String> pinged() {
        return pings().stream().map(s -> String.valueOf(s.to())).toList();
    }

    List<Long> pingMillisSince(long startNanos) {
        return pings().stream().map(s -> (s.atNanos() - startNanos) / MILLI).toList();
    }

    List<Sent> pongs() {
        return sent.stream().filter(s -> s.message() instanceof Pong).toList();
    }

    List<Sent> calls() {
        return sent.stream().filter(s -> s.message() instanceof CallMeMaybe).toList();
    }

    @Override
    public void sendDatagram(IpEndpoint to, byte[] packet) {
        DiscoMessage message = peer.read(packet);
        sent.add(new Sent(now(), to, 0, message));
        Long after = answerAfterNanos.get(to);
        if (after != null && message instanceof Ping ping) {
            byte[] pong = peer.pong(ping.txId());
            clock.after(after, () -> paths.onDatagram(pong, 0, pong.length, to, now()));
        }
    }

    @Override
    public void sendRelayed(int region, NodePublic to, byte[] packet) {
        DiscoMessage message = peer.read(packet);
        sent.add(new Sent(now(), null, region, message));
        if (relayAnswersAfterNanos >= 0 && message instanceof Ping ping) {
            byte[] pong = peer.pong(ping.txId());
            clock.after(relayAnswersAfterNanos, () -> fromRelay(pong, to));
        }
    }

    @Override
    public void pathChanged(NodePublic changed) {
        changes++;
    }

    @Override
    public void endpointsWanted() {
        endpointsWanted++;
    }
}
