package pt.sunbeam.daemon;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.underlay.Underlay;

/** Finds out where this node can be reached. Owner: the data loop. */
final class Reachability {
    private final Underlay underlay;
    private final Consumer<List<HostState.Endpoint>> changed;

    Reachability(Underlay underlay, Consumer<List<HostState.Endpoint>> changed) {
        this.underlay = underlay;
        this.changed = changed;
    }

    void refresh() {
        List<HostState.Endpoint> found = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(IpAddress::of)
                    .filter(a -> !a.isLoopback() && !a.isLinkLocal() && underlay.has(a.v6()))
                    .forEach(a ->
                            found.add(new HostState.Endpoint(new IpEndpoint(a, underlay.port()), EndpointType.LOCAL)));
        } catch (SocketException e) {
            return;
        }
        changed.accept(found);
    }
}
