package pt.sunbeam.network;

import java.util.Objects;

/**
 * What differs between two states of the network.
 *
 * @param addresses interfaces came up, went down, or have other addresses
 * @param defaultRoute the default route of a family came, went, or leads elsewhere
 */
public record NetworkChange(boolean addresses, boolean defaultRoute) {
    static NetworkChange between(NetworkState before, NetworkState after) {
        return new NetworkChange(
                !before.interfaces().equals(after.interfaces()),
                !Objects.equals(before.defaultV4(), after.defaultV4())
                        || !Objects.equals(before.defaultV6(), after.defaultV6()));
    }

    /** True when nothing differs; a listener never hears that. */
    public boolean isNone() {
        return !addresses && !defaultRoute;
    }
}
