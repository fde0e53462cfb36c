package pt.sunbeam.path;

import static pt.sunbeam.path.PathHarness.endpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/** Two nodes with {@link Paths}, a NAT before each, a relay that always works, and a clock of their own. */
final class PathNetwork {
    static final long UDP_NANOS = Deadline.millis(20);
    static final long RELAY_NANOS = Deadline.millis(30);
    private static final long MAPPING_NANOS = Deadline.seconds(30);
    private static final int REGION = 1;
    private static final int DATA_BYTES = 32;
    private static final int MAX_STEPS = 2_000_000;

    /** What stands between a node and the network (RFC 4787 sections 4.1 and 5). */
    enum Nat {
        /** Nothing. */
        OPEN,
        /** Endpoint-independent mapping, address-dependent filtering. */
        EASY,
        /** Address- and port-dependent mapping and filtering. */
        SYMMETRIC,
        /** No UDP passes. */
        BLOCKED
    }

    final SimClock clock = new SimClock(0);
    final List<Node> nodes = new ArrayList<>();
    private final SplittableRandom losses = new SplittableRandom(7);
    private double lossShare;

    /** One node. */
    final class Node implements PathSink {
        final NodePublic key;
        final Paths paths;
        final DiscoPrivate disco;
        Nat nat;

        /** Whether what this node sends over UDP is lost. */
        boolean mute;

        private final Map<Node, PeerPath> pathTo = new HashMap<>();
        private IpAddress address;
        private int nextPort = 20_000;
        private final Map<IpEndpoint, Integer> portTowards = new HashMap<>();
        private final Map<IpEndpoint, Long> sentTowards = new HashMap<>();
        long firstDirectNanos = Deadline.NONE;
        int discoPackets;
        int dataArrivedDirect;
        int dataArrivedByRelay;
        long lastDataNanos;
        long longestSilenceNanos;

        Node(int seed, Nat nat, String address) {
            SplittableRandom random = new SplittableRandom(seed);
            this.nat = nat;
            this.address = endpoint(address + ":1").address();
            disco = DiscoPrivate.generate(random);
            key = NodePrivate.generate(random).publicKey();
            paths = new Paths(disco, key, random, this);
        }

        /** What STUN says, to a node whose NAT uses one mapping only the truth. */
        IpEndpoint stunEndpoint() {
            return new IpEndpoint(address, 41_641);
        }

        void meet(Node other) {
            paths.setUdpWorks(nat != Nat.BLOCKED);
            paths.setOwnEndpoints(List.of(stunEndpoint()), clock.nowNanos());
            List<IpEndpoint> candidates = List.of(other.stunEndpoint());
            pathTo.put(other, paths.put(other.key, other.disco.publicKey(), candidates, REGION, clock.nowNanos()));
        }

        /** Another network, another address; the sockets are new. */
        void roam(String newAddress, Nat newNat) {
            address = endpoint(newAddress + ":1").address();
            nat = newNat;
            portTowards.clear();
            sentTowards.clear();
            paths.rebound(clock.nowNanos());
            paths.setOwnEndpoints(List.of(stunEndpoint()), clock.nowNanos());
        }

        PeerPath pathTo(Node other) {
            return Objects.requireNonNull(pathTo.get(other));
        }

        void sendData(Node to, PeerPath path) {
            path.sent(clock.nowNanos());
            IpEndpoint endpoint = path.endpoint();
            if (endpoint != null) {
                transmit(endpoint, new byte[DATA_BYTES]);
            }
            boolean relay = path.alsoRelay(clock.nowNanos());
            if (relay) {
                clock.after(RELAY_NANOS, () -> to.onData(false));
            } else if (firstDirectNanos == Deadline.NONE) {
                firstDirectNanos = clock.nowNanos();
            }
        }

        private void onData(boolean direct) {
            if (lastDataNanos != 0) {
                longestSilenceNanos = Math.max(longestSilenceNanos, clock.nowNanos() - lastDataNanos);
            }
            lastDataNanos = clock.nowNanos();
            if (direct) {
                dataArrivedDirect++;
            } else {
                dataArrivedByRelay++;
            }
        }

        private void transmit(IpEndpoint to, byte[] packet) {
            if (nat == Nat.BLOCKED || mute || isLost()) {
                return;
            }
            IpEndpoint source = sourceTowards(to);
            sentTowards.put(to, clock.nowNanos());
            clock.after(
                    UDP_NANOS,
                    () -> nodes.stream()
                            .filter(n -> n.address.equals(to.address()))
                            .forEach(n -> n.arrive(to, packet, source)));
        }

        private IpEndpoint sourceTowards(IpEndpoint to) {
            if (nat != Nat.SYMMETRIC) {
                return stunEndpoint();
            }
            return new IpEndpoint(address, portTowards.computeIfAbsent(to, _ -> nextPort++));
        }

        private void arrive(IpEndpoint at, byte[] packet, IpEndpoint source) {
            if (!passes(at, source)) {
                return;
            }
            if (packet.length == DATA_BYTES) {
                onData(true);
                for (Node other : nodes) {
                    if (other != this) {
                        pathTo(other).received(source, clock.nowNanos());
                    }
                }
            } else {
                paths.onDatagram(packet, 0, packet.length, source, clock.nowNanos());
            }
        }

        private boolean passes(IpEndpoint at, IpEndpoint source) {
            return switch (nat) {
                case OPEN -> at.equals(stunEndpoint());
                case EASY -> at.equals(stunEndpoint()) && sentToAddress(source.address());
                case SYMMETRIC -> isFresh(source) && Integer.valueOf(at.port()).equals(portTowards.get(source));
                case BLOCKED -> false;
            };
        }

        private boolean sentToAddress(IpAddress to) {
            return sentTowards.keySet().stream().anyMatch(e -> e.address().equals(to) && isFresh(e));
        }

        private boolean isFresh(IpEndpoint to) {
            return clock.nowNanos() - sentTowards.getOrDefault(to, Deadline.LONG_AGO) < MAPPING_NANOS;
        }

        @Override
        public void sendDatagram(IpEndpoint to, byte[] packet) {
            discoPackets++;
            transmit(to, packet);
        }

        @Override
        public void sendRelayed(int region, NodePublic to, byte[] packet) {
            discoPackets++;
            clock.after(
                    RELAY_NANOS,
                    () -> nodes.stream()
                            .filter(n -> n.key.equals(to))
                            .forEach(n -> n.paths.onRelayed(packet, 0, packet.length, region, key, clock.nowNanos())));
        }

        @Override
        public void pathChanged(NodePublic peer) {}

        @Override
        public void endpointsWanted() {
            clock.after(UDP_NANOS, () -> paths.setOwnEndpoints(List.of(stunEndpoint()), clock.nowNanos()));
        }
    }

    Node node(Nat nat, String address) {
        Node node = new Node(nodes.size() + 1, nat, address);
        nodes.add(node);
        return node;
    }

    /** The share of datagrams that are lost, each way, 0 to 1. */
    void lose(double share) {
        lossShare = share;
    }

    private boolean isLost() {
        return losses.nextDouble() < lossShare;
    }

    void runFor(long millis) {
        long end = clock.nowNanos() + Deadline.millis(millis);
        for (int step = 0; step < MAX_STEPS; step++) {
            long deadline = Deadline.NONE;
            for (Node node : nodes) {
                deadline = Math.min(deadline, node.paths.nextDeadlineNanos());
            }
            long next = Math.min(deadline, clock.nextEventNanos());
            if (next > end) {
                clock.runUntil(end);
                return;
            }
            if (deadline < clock.nextEventNanos()) {
                clock.at(deadline, () -> nodes.forEach(n -> n.paths.onTimer(clock.nowNanos())));
            }
            clock.runNext();
        }
        throw new AssertionError("more happens than can be");
    }

    /** Both send to each other every 20 ms, as an echo does, for {@code millis}. */
    void talkFor(long millis) {
        Node a = nodes.get(0);
        Node b = nodes.get(1);
        for (long t = 0; t < millis; t += 20) {
            a.sendData(b, a.pathTo(b));
            if (b.lastDataNanos != 0) {
                b.sendData(a, b.pathTo(a));
            }
            runFor(20);
        }
    }
}
