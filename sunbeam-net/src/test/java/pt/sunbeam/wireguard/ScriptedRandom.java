package pt.sunbeam.wireguard;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Gives scripted bytes and indices while there are any, then seeded ones. Jitter is always nil. */
final class ScriptedRandom implements RandomGenerator {
    private final SplittableRandom seeded;
    private final ArrayDeque<byte[]> bytes = new ArrayDeque<>();
    private final ArrayDeque<Integer> ints = new ArrayDeque<>();

    ScriptedRandom(long seed) {
        seeded = new SplittableRandom(seed);
    }

    ScriptedRandom bytes(byte[] next) {
        bytes.add(next);
        return this;
    }

    ScriptedRandom index(int next) {
        ints.add(next);
        return this;
    }

    @Override
    public long nextLong() {
        return seeded.nextLong();
    }

    @Override
    public int nextInt() {
        return ints.isEmpty() ? seeded.nextInt() : ints.remove();
    }

    @Override
    public int nextInt(int bound) {
        return 0;
    }

    @Override
    public void nextBytes(byte[] out) {
        if (bytes.isEmpty()) {
            seeded.nextBytes(out);
        } else {
            System.arraycopy(bytes.remove(), 0, out, 0, out.length);
        }
    }
}
