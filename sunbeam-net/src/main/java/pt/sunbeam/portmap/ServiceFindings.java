package pt.sunbeam.portmap;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway's answers tell about its services. Its first answer by each protocol counts until it is probed again:
 * one that contradicts itself cannot make news without end.
 */
final class ServiceFindings {
    private @Nullable MappingServices services;
    private boolean natPmpAnswered;
    private boolean pcpAnswered;

    @Nullable
    MappingServices services() {
        return services;
    }

    void forget() {
        services = null;
    }

    void probed() {
        natPmpAnswered = false;
        pcpAnswered = false;
    }

    /** The gateway answered by NAT-PMP; true when that is news. */
    boolean natPmp(boolean grants) {
        if (natPmpAnswered) {
            return false;
        }
        natPmpAnswered = true;
        MappingServices known = known();
        return set(new MappingServices(grants, known.pcp(), known.mapped()));
    }

    /** The gateway answered by PCP, or said that it does not speak it; true when that is news. */
    boolean pcp(boolean grants) {
        if (pcpAnswered) {
            return false;
        }
        pcpAnswered = true;
        MappingServices known = known();
        return set(new MappingServices(known.natPmp(), grants, known.mapped()));
    }

    /** The gateway has had its time; true when its silence is news. */
    boolean silent() {
        MappingServices known = known();
        return set(new MappingServices(natPmpAnswered && known.natPmp(), pcpAnswered && known.pcp(), known.mapped()));
    }

    void mapped(boolean now) {
        MappingServices known = known();
        set(new MappingServices(known.natPmp(), known.pcp(), now));
    }

    private MappingServices known() {
        return services == null ? MappingServices.NONE : services;
    }

    private boolean set(MappingServices now) {
        boolean news = !now.equals(services);
        services = now;
        return news;
    }
}
