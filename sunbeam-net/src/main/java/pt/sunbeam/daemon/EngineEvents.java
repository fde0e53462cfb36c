package pt.sunbeam.daemon;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.tailcfg.HostState;

/** What the data loop tells the supervisor. Calls come on the data loop and must only take a note. */
interface EngineEvents {
    /** The home relay came up or went down. */
    void relayChanged();

    /** The network was measured by STUN. */
    void measured(NetReport report);

    /** What the router speaks is another; null while nothing is known. */
    void portMapping(@Nullable MappingServices services);

    /** Where this node can be reached, best first: news, or what was known. */
    void endpoints(List<HostState.Endpoint> endpoints);
}
