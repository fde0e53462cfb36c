package pt.sunbeam.netstack.tcp;

import java.util.LinkedHashSet;

/**
 * The active opens of one path whose first SYN has not been answered yet: only so many at a time, the others wait for their
 * turn. A relay keeps a short queue for each client, and a thousand SYNs at once would lose most of themselves and come
 * again together at every time-out. An open gives its place away when it is answered, has ended, or is repeated, so that a
 * silent target holds up nobody for longer than one time-out.
 */
final class Openings {
    /** Twice what Tailscale's relay queues for one client (derp/derpserver of Tailscale 1.102): it drains meanwhile. */
    static final int MAX_YOUNG = 64;

    private final LinkedHashSet<TcpConnection> waiting = new LinkedHashSet<>();
    private int young;

    /** Sends the SYN of {@code c}, now or when its turn comes. */
    void request(TcpConnection c) {
        if (young < MAX_YOUNG) {
            admit(c);
        } else {
            waiting.add(c);
        }
    }

    int waitingCount() {
        return waiting.size();
    }

    /** The first SYN of {@code c} needs its place no longer, nor one in the queue for it. */
    void settled(TcpConnection c) {
        if (!c.youngOpen) {
            waiting.remove(c);
            return;
        }
        c.youngOpen = false;
        young--;
        while (young < MAX_YOUNG && !waiting.isEmpty()) {
            TcpConnection next = waiting.removeFirst();
            if (next.state == TcpState.SYN_SENT) {
                admit(next);
            }
        }
    }

    private void admit(TcpConnection c) {
        young++;
        c.youngOpen = true;
        c.sender.requestSyn();
        c.touch();
    }
}
