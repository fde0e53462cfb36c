package pt.sunbeam.path;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;

/**
 * One peer's path as it is, for status.
 *
 * @param endpoint where data goes by UDP, or null
 * @param latencyNanos the last round trip to {@code endpoint}; 0 without one
 * @param trusted whether data goes there alone
 * @param candidates all addresses that are tried
 */
public record PathView(
        @Nullable IpEndpoint endpoint, long latencyNanos, boolean trusted, List<CandidateView> candidates) {
    public PathView {
        candidates = List.copyOf(candidates);
    }

    /**
     * One candidate.
     *
     * @param inNetmap whether the netmap names it
     * @param inCall whether the peer's last CallMeMaybe names it
     * @param heard whether the peer sent a ping from it of late
     * @param latencyNanos its last round trip, or -1 when it never answered
     */
    public record CandidateView(
            IpEndpoint endpoint, boolean inNetmap, boolean inCall, boolean heard, long latencyNanos) {}
}
