package pt.sunbeam.netmap;

import java.util.LinkedHashMap;
import java.util.Map;
import pt.sunbeam.ip.IpAddress;

/**
 * The flows this node began over protocols without connections, so that answers pass the filter. The 512 used last are
 * kept, without a time limit ({@code net/flowtrack} of Tailscale 1.102). Owned by the data plane's thread; it outlives
 * filters.
 */
public final class UdpFlows {
    public static final int MAX_FLOWS = 512;

    private final Map<Flow, Boolean> flows = new LinkedHashMap<>(2 * MAX_FLOWS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Flow, Boolean> eldest) {
            return size() > MAX_FLOWS;
        }
    };

    private record Flow(int protocol, IpAddress remote, int remotePort, IpAddress local, int localPort) {}

    void began(int protocol, IpAddress local, int localPort, IpAddress remote, int remotePort) {
        flows.put(new Flow(protocol, remote, remotePort, local, localPort), true);
    }

    boolean isAnswer(int protocol, IpAddress remote, int remotePort, IpAddress local, int localPort) {
        return flows.get(new Flow(protocol, remote, remotePort, local, localPort)) != null;
    }

    public int size() {
        return flows.size();
    }
}
