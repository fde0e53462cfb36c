package pt.sunbeam.sim.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import pt.sunbeam.sim.Impairments;

/** What one direction of the link is like, and from when on. It holds no clock. */
final class Timetable {
    private record Entry(long fromNanos, Way way) {}

    private final List<Entry> entries;
    private int next;

    private Timetable(List<Entry> entries) {
        this.entries = entries;
    }

    /** That of the direction which {@code side} takes from a state; the changes are in the order of their times. */
    static Timetable of(LinkState start, List<LinkChange> changes, Function<LinkState, Way> side) {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(0, side.apply(start)));
        for (LinkChange change : changes) {
            entries.add(new Entry(change.atNanos(), side.apply(change.link())));
        }
        return new Timetable(entries);
    }

    /**
     * Makes {@code impairments} what they are at this time; to be called before a packet is offered.
     *
     * @param elapsedNanos since the start of the run, never less than before
     */
    void follow(long elapsedNanos, Impairments impairments) {
        while (next < entries.size() && entries.get(next).fromNanos() <= elapsedNanos) {
            Way way = entries.get(next++).way();
            impairments.setProfile(way.profile());
            impairments.setCut(way.blackout());
        }
    }
}
