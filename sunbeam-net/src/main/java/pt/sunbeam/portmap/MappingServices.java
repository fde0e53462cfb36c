package pt.sunbeam.portmap;

import java.util.ArrayList;
import java.util.List;

/**
 * By which protocols the gateway grants ports, as far as is known.
 *
 * @param natPmp whether it answered by NAT-PMP
 * @param pcp whether it answered by PCP
 * @param mapped whether there is a mapping now
 */
public record MappingServices(boolean natPmp, boolean pcp, boolean mapped) {
    public static final MappingServices NONE = new MappingServices(false, false, false);

    /** For people, in the order and with the names of {@code tailscale netcheck} (Tailscale 1.103). */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        if (natPmp) {
            names.add("NAT-PMP");
        }
        if (pcp) {
            names.add("PCP");
        }
        return names;
    }
}
