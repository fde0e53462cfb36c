package pt.sunbeam.netstack;

import java.util.SplittableRandom;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** What happens in the first seconds of a run, once a second: everything that begins here ends within five more. */
final class SeededDisturbances {
    static final long BEGIN_FOR_NANOS = Deadline.seconds(10);
    static final long LONGEST_NANOS = Deadline.seconds(5);

    private final SeededRun run;
    private final SplittableRandom random;

    SeededDisturbances(SeededRun run, SplittableRandom random) {
        this.run = run;
        this.random = random;
    }

    void plan() {
        long start = run.clock.nowNanos();
        for (long t = 0; t < BEGIN_FOR_NANOS; t += Deadline.SECOND) {
            run.clock.at(start + t + random.nextLong(Deadline.SECOND), this::disturb);
        }
    }

    private void disturb() {
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> pauseAReader();
            case 3 -> anyLink().blackout(random.nextLong(Deadline.seconds(3)));
            case 4 -> narrowMtu();
            case 5 -> changePath();
            case 6 -> anyLink().holdUntil(run.clock.nowNanos() + Deadline.millis(random.nextInt(300, 1000)));
            case 7 -> {
                if (random.nextInt(6) == 0) {
                    run.abortOne();
                }
            }
            default -> {}
        }
    }

    private SimLink anyLink() {
        return random.nextBoolean() ? run.ab : run.ba;
    }

    private void pauseAReader() {
        StreamPeer peer = run.anyPeer();
        peer.paused = true;
        run.clock.after(random.nextLong(LONGEST_NANOS), () -> run.resume(peer));
    }

    /** For a while packets of full size vanish. */
    private void narrowMtu() {
        run.ab.setProfile(run.profileAb.withMtu(500));
        run.clock.after(random.nextLong(Deadline.seconds(3)), () -> run.ab.setProfile(run.profileAb));
    }

    /** From 100 ms to 1 ms or back, as when a direct path takes over from a relay; for the rest of the run. */
    private void changePath() {
        long delayMillis = run.profileAb.latency().delayNanos() > Deadline.millis(20) ? 1 : 100;
        run.profileAb = moved(run.profileAb, delayMillis);
        run.profileBa = moved(run.profileBa, delayMillis);
        run.ab.changePath(run.profileAb);
        run.ba.changePath(run.profileBa);
    }

    private static LinkProfile moved(LinkProfile profile, long delayMillis) {
        return profile.withDelay(delayMillis);
    }
}
