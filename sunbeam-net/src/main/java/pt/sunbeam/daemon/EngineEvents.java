package pt.sunbeam.daemon;

import java.util.List;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.tailcfg.HostState;

/** What the data loop tells the supervisor. Calls come on the data loop and must only take a note. */
interface EngineEvents {
    /** The home relay came up or went down. */
    void relayChanged();

    /** The network was measured by STUN. */
    void measured(NetReport report);

    /** Where this node can be reached, best first: news, or what was known. */
    void endpoints(List<HostState.Endpoint> endpoints);
}
