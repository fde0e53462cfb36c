package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.time.Deadline;

/** Two nodes that have talked directly for a while; how long differs with the seed. */
final class Talk {
    final long seed;
    final SimTailnet tailnet;
    final SimNode a;
    final SimNode b;
    final Conversation stream;

    Talk(long seed, Site from, Site to) {
        this(seed, from, to, StackConfig.DEFAULT);
    }

    Talk(long seed, Site from, Site to, StackConfig stackOfB) {
        this.seed = seed;
        tailnet = new SimTailnet(seed);
        a = tailnet.add(1, from);
        b = tailnet.add(2, to, stackOfB);
        tailnet.run(Deadline.seconds(5));
        stream = new Conversation(tailnet, a, b, 80);
        tailnet.run(Deadline.seconds(8) + seed * Deadline.millis(370));
        boolean possible = from != Site.SYMMETRIC || to != Site.SYMMETRIC;
        assertThat(isDirect()).as("direct at first").isEqualTo(possible);
        mark();
    }

    boolean isDirect() {
        return a.directSinceNanos != Deadline.NONE && b.directSinceNanos != Deadline.NONE;
    }

    void mark() {
        stream.mark();
        a.mark();
        b.mark();
    }

    void blackOut(boolean on) {
        tailnet.network.setBlackout(outer(a), outer(b), on);
    }

    private static String outer(SimNode node) {
        return node.nats.isEmpty()
                ? node.host.addresses().getFirst()
                : node.nats.getFirst().address();
    }

    void gapIsAtMost(long nanos) {
        assertThat(stream.gapNanos()).as("gap, seed %d", seed).isLessThanOrEqualTo(nanos);
    }

    void isDirectWithin(long nanos) {
        assertThat(tailnet.runUntil(this::isDirect, nanos))
                .as("direct again, seed %d", seed)
                .isTrue();
        tailnet.run(Deadline.seconds(2));
        assertThat(isDirect()).as("still direct, seed %d", seed).isTrue();
    }

    void end() {
        stream.arrivesWhole(Deadline.seconds(15));
    }
}
