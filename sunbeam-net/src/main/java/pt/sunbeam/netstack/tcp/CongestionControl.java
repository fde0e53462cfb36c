package pt.sunbeam.netstack.tcp;

import java.util.random.RandomGenerator;

/** The congestion controllers to choose from. */
public enum CongestionControl {
    /** The loss-based controller that most hosts use (RFC 9438). */
    CUBIC,
    /** A model of the path's rate and round trip (draft-ietf-ccwg-bbr). */
    BBR;

    CongestionController create(int mssBytes, RandomGenerator random) {
        return switch (this) {
            case CUBIC -> new Cubic(mssBytes);
            case BBR -> new Bbr(mssBytes, random);
        };
    }
}
