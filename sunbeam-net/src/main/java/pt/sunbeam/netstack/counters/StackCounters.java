package pt.sunbeam.netstack.counters;

import java.util.EnumMap;
import java.util.Map;

/** What one stack has counted since it began. Confined to the stack's owner thread; {@link #snapshot} may be handed on. */
public final class StackCounters {
    private static final DropCause[] CAUSES = DropCause.values();

    private final long[] drops = new long[CAUSES.length];
    private long packetsIn;
    private long packetsOut;
    private long segmentsRetransmitted;
    private long resetsSent;
    private long segmentSizesLowered;

    public void drop(DropCause cause) {
        drops[cause.ordinal()]++;
    }

    public long drops(DropCause cause) {
        return drops[cause.ordinal()];
    }

    public void packetIn() {
        packetsIn++;
    }

    public void packetsOut(int packets) {
        packetsOut += packets;
    }

    public void segmentRetransmitted() {
        segmentsRetransmitted++;
    }

    public void resetSent() {
        resetsSent++;
    }

    /** A connection sends smaller segments, because its path does not bear those it sent. */
    public void segmentSizeLowered() {
        segmentSizesLowered++;
    }

    public Snapshot snapshot() {
        Map<DropCause, Long> byCause = new EnumMap<>(DropCause.class);
        for (DropCause cause : CAUSES) {
            if (drops(cause) != 0) {
                byCause.put(cause, drops(cause));
            }
        }
        return new Snapshot(
                packetsIn, packetsOut, segmentsRetransmitted, resetsSent, segmentSizesLowered, Map.copyOf(byCause));
    }

    /**
     * The counters at one moment.
     *
     * @param drops every cause that occurred at least once
     */
    public record Snapshot(
            long packetsIn,
            long packetsOut,
            long segmentsRetransmitted,
            long resetsSent,
            long segmentSizesLowered,
            Map<DropCause, Long> drops) {}
}
