package pt.sunbeam.network;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pt.sunbeam.ip.IpAddress;

/**
 * What differs between two states of the network.
 *
 * @param addresses interfaces came up, went down, or have other addresses
 * @param defaultRoute the default route of a family came, went, or leads elsewhere
 * @param way the way to the internet is another one: a default route, or the addresses of an interface by which one leaves. A
 *     bridge for containers that comes and goes beside it is not worth new sockets. Without a default route every address counts
 */
public record NetworkChange(boolean addresses, boolean defaultRoute, boolean way) {
    /** Nothing differs. */
    static final NetworkChange NONE = new NetworkChange(false, false, false);

    static NetworkChange between(NetworkState before, NetworkState after) {
        boolean addresses = !before.interfaces().equals(after.interfaces());
        boolean route = !Objects.equals(before.defaultV4(), after.defaultV4())
                || !Objects.equals(before.defaultV6(), after.defaultV6());
        return new NetworkChange(
                addresses, route, route || addresses && !ways(before).equals(ways(after)));
    }

    /** The addresses of each interface by which a default route leaves; of all when none does. */
    private static List<Set<IpAddress>> ways(NetworkState state) {
        Set<String> names = Stream.of(state.defaultV4(), state.defaultV6())
                .filter(Objects::nonNull)
                .map(DefaultRoute::interfaceName)
                .collect(Collectors.toSet());
        return state.interfaces().stream()
                .filter(i -> names.isEmpty() || names.contains(i.name()))
                .sorted(Comparator.comparing(InterfaceState::name))
                .map(InterfaceState::addresses)
                .toList();
    }

    /** True when nothing differs; a listener never hears that. */
    public boolean isNone() {
        return !addresses && !defaultRoute;
    }
}
