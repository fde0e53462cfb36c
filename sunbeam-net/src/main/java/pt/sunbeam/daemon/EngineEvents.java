package pt.sunbeam.daemon;

import java.util.List;
import pt.sunbeam.tailcfg.HostState;

/** What the data loop tells the supervisor. Calls come on the data loop and must only take a note. */
interface EngineEvents {
    /** The home relay came up or went down. */
    void relayChanged();

    /** Where this node can be reached has changed; best first. */
    void endpointsChanged(List<HostState.Endpoint> endpoints);
}
