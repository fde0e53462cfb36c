package pt.sunbeam.noise;

/** The two keys of a finished handshake, 32 bytes each. Not a record: arrays have no value equality and no place in logs. */
public final class TransportKeys {
    private final byte[] initiatorToResponder;
    private final byte[] responderToInitiator;

    TransportKeys(byte[] initiatorToResponder, byte[] responderToInitiator) {
        this.initiatorToResponder = initiatorToResponder;
        this.responderToInitiator = responderToInitiator;
    }

    public byte[] initiatorToResponder() {
        return initiatorToResponder.clone();
    }

    public byte[] responderToInitiator() {
        return responderToInitiator.clone();
    }
}
