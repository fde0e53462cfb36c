package pt.sunbeam.netstack.datagram;

/** Where finished packets towards one peer leave. */
public interface PacketPath {
    /** Puts a small packet in front of everything else; drops and counts it when too many wait. */
    void reply(byte[] packet);

    /** True when packets of so many bytes in all would be taken; otherwise why not is counted. */
    boolean hasRoom(int packets, int bytes);

    /** Takes a packet by copying it; {@link #hasRoom} must have been true. */
    void send(byte[] b, int offset, int length);
}
