package pt.sunbeam.path;

import pt.sunbeam.disco.TxId;

/**
 * The last pings of one disco key. Each ping has an id of its own (Tailscale 1.103, wgengine/magicsock/endpoint.go), so one that
 * comes twice was replayed, and anybody on the way can do that: from any address, and as often as he likes.
 */
final class SeenPings {
    /** As many as are answered in 13 s. */
    static final int CAPACITY = 256;

    /** A ring; empty before the first ping, since most keys of a large tailnet never send one. */
    private long[] highs = {};

    private int[] lows = {};
    private int count;
    private int next;

    /** Notes {@code ping}; false when it is one of the last {@value #CAPACITY}. */
    boolean add(TxId ping) {
        for (int i = 0; i < count; i++) {
            if (highs[i] == ping.high() && lows[i] == ping.low()) {
                return false;
            }
        }
        if (highs.length == 0) {
            highs = new long[CAPACITY];
            lows = new int[CAPACITY];
        }
        highs[next] = ping.high();
        lows[next] = ping.low();
        next = (next + 1) % CAPACITY;
        count = Math.min(count + 1, CAPACITY);
        return true;
    }
}
