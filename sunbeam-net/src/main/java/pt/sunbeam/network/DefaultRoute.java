package pt.sunbeam.network;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/**
 * Where packets of one family leave for the internet.
 *
 * @param interfaceName the interface, "eth0"
 * @param gateway the next hop; null on a link without one, and where the system does not tell
 */
public record DefaultRoute(String interfaceName, @Nullable IpAddress gateway) {}
