package pt.sunbeam.netstack.tcp;

/** The congestion controllers to choose from. */
public enum CongestionControl {
    /** The loss-based controller that most hosts use (RFC 9438). */
    CUBIC,
    /** A model of the path's rate and round trip (draft-ietf-ccwg-bbr). */
    BBR;

    CongestionController create(int mssBytes) {
        return switch (this) {
            case CUBIC, BBR -> new Cubic(mssBytes);
        };
    }
}
