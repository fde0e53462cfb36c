package pt.sunbeam.netstack.icmp;

import pt.sunbeam.netstack.ip.Icmp;

/** What happens to an echo socket, told after the stack has finished the step that caused it. */
public interface EchoEvents {
    /** Replies wait; take them with {@link EchoSocket#receive}. */
    default void replied(EchoSocket socket) {}

    /**
     * A request will have no reply.
     *
     * @param sequence of the last such request
     */
    default void unreachable(EchoSocket socket, int sequence, Icmp.ErrorKind kind) {}
}
