package pt.sunbeam.relay;

import java.util.List;
import pt.sunbeam.transport.DialTarget;

/**
 * A region of the relay map, as far as connecting to it needs.
 *
 * @param id positive
 * @param code short name, may be empty
 * @param name display name, may be empty
 * @param nodes the relays to try, in order; empty when the region has none that relays
 */
public record RelayRegion(int id, String code, String name, List<DialTarget> nodes) {
    public RelayRegion {
        nodes = List.copyOf(nodes);
    }
}
