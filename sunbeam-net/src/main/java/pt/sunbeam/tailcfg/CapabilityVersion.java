package pt.sunbeam.tailcfg;

/** The capability version: one number that says which control protocol features a client understands. */
public final class CapabilityVersion {
    /**
     * What this client announces in the key request, the Noise prologue, and every register and map request. Headscale
     * 0.23 to 0.29 accept it (0.29 asks for 113 or more); from 120 on, peers may expect UDP relay messages.
     */
    public static final int CURRENT = 115;

    private CapabilityVersion() {}
}
