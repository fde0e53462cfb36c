package pt.sunbeam.sim.emulator;

import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.LinkProfile.AckTreatment;
import pt.sunbeam.sim.LinkProfile.Damage;
import pt.sunbeam.sim.LinkProfile.Holds;
import pt.sunbeam.sim.LinkProfile.Latency;
import pt.sunbeam.sim.LinkProfile.Loss;
import pt.sunbeam.sim.LinkProfile.Rate;

/** What each option of the command line changes in the profile of one direction. A {@link BadOption} does not name it yet. */
final class ProfileOption {
    /** RFC 791: every link carries that. */
    private static final int MIN_MTU = 68;

    private static final int MAX_MTU = 65535;
    private static final long SECOND = 1_000_000_000L;

    private ProfileOption() {}

    static LinkProfile apply(LinkProfile p, String name, String value) {
        Latency l = p.latency();
        return switch (name) {
            case "--delay" ->
                p.with(new Latency(Quantity.nanos(value), l.jitterNanos(), l.reorder(), l.reorderNanos()));
            case "--jitter" ->
                p.with(new Latency(l.delayNanos(), Quantity.nanos(value), l.reorder(), l.reorderNanos()));
            case "--reorder" -> {
                String[] parts = parts(value, 2, "1%:10ms");
                yield p.with(new Latency(
                        l.delayNanos(), l.jitterNanos(), Quantity.share(parts[0]), Quantity.nanos(parts[1])));
            }
            case "--loss" -> p.withLoss(Quantity.shareBelowAll(value));
            case "--burst-loss" -> p.with(bursts(value));
            case "--duplicate" ->
                p.with(new Damage(Quantity.share(value), p.damage().corrupt()));
            case "--corrupt" -> p.with(new Damage(p.damage().duplicate(), Quantity.share(value)));
            case "--rate" ->
                p.with(new Rate(Quantity.bytesPerSecond(value), p.rate().queueBytes(), Integer.MAX_VALUE));
            case "--mtu" -> p.withMtu((int) Quantity.whole(value, MIN_MTU, MAX_MTU));
            case "--ack-loss" ->
                p.with(new AckTreatment(Quantity.share(value), p.acks().keepOneIn()));
            case "--ack-keep-one-in" ->
                p.with(new AckTreatment(p.acks().loss(), (int) Quantity.whole(value, 1, Integer.MAX_VALUE)));
            case "--hold" -> p.with(holds(value));
            default -> throw new BadOption("no such option; --help lists them");
        };
    }

    /** The queue in bytes, or in the time that it takes to drain at the profile's rate. */
    static LinkProfile queue(LinkProfile p, String value) {
        long rate = p.rate().bytesPerSecond();
        if (rate == 0) {
            throw new BadOption("needs --rate");
        }
        double bytes = Quantity.isTime(value) ? (double) rate * Quantity.nanos(value) / SECOND : Quantity.bytes(value);
        if (bytes < 1) {
            throw new BadOption("\"" + value + "\" is no room for a single byte");
        }
        return p.withRateAndQueueBytes(rate, (long) bytes);
    }

    private static Loss bursts(String value) {
        String[] parts = parts(value, 2, "1%:8");
        return Loss.bursts(Quantity.shareBelowAll(parts[0]), Quantity.number(parts[1], 1));
    }

    private static Holds holds(String value) {
        String[] parts = parts(value, 3, "10s:300ms:1s");
        Holds holds = new Holds(Quantity.nanos(parts[0]), Quantity.nanos(parts[1]), Quantity.nanos(parts[2]));
        if (holds.longestNanos() < holds.shortestNanos()) {
            throw new BadOption("the longest hold is shorter than the shortest in " + value);
        }
        return holds;
    }

    private static String[] parts(String value, int count, String example) {
        String[] parts = value.split(":", -1);
        if (parts.length != count) {
            throw new BadOption("\"" + value + "\" is not of the form " + example);
        }
        return parts;
    }
}
