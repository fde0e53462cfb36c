package pt.sunbeam.daemon;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.tailcfg.HostState;

/** Events whose listener is known only after their source has been built; what comes before is lost, which at the start is nothing. */
final class LateEvents implements EngineEvents {
    volatile @Nullable EngineEvents target;

    @Override
    public void relayChanged() {
        EngineEvents to = target;
        if (to != null) {
            to.relayChanged();
        }
    }

    @Override
    public void measured(NetReport report) {
        EngineEvents to = target;
        if (to != null) {
            to.measured(report);
        }
    }

    @Override
    public void portMapping(@Nullable MappingServices services) {
        EngineEvents to = target;
        if (to != null) {
            to.portMapping(services);
        }
    }

    @Override
    public void endpoints(List<HostState.Endpoint> endpoints) {
        EngineEvents to = target;
        if (to != null) {
            to.endpoints(endpoints);
        }
    }
}
