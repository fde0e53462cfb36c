package pt.sunbeam.wireguard;

import java.util.Arrays;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/** Where a datagram came from. Never proof of who sent it: peers are known by their keys alone. */
public sealed interface Origin {
    /** The bytes to which a cookie for this origin is bound (WireGuard paper, section 5.4.7). */
    byte[] cookieBytes();

    /** What handshake messages from this origin are counted under while there is load. */
    Object rateKey();

    /**
     * A relay.
     *
     * @param region the relay's region
     * @param source the sender as the relay names it
     */
    record Relay(int region, NodePublic source) implements Origin {
        @Override
        public byte[] cookieBytes() {
            return source.toBytes();
        }

        @Override
        public Object rateKey() {
            return source;
        }
    }

    /**
     * A UDP socket.
     *
     * @param source the datagram's source
     */
    record Udp(IpEndpoint source) implements Origin {
        @Override
        public byte[] cookieBytes() {
            byte[] address = source.address().toBytes();
            byte[] out = Arrays.copyOf(address, address.length + 2);
            Endian.putShortBe(out, address.length, source.port());
            return out;
        }

        @Override
        public Object rateKey() {
            return source.address();
        }
    }
}
