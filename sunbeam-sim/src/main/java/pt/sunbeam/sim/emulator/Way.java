package pt.sunbeam.sim.emulator;

import pt.sunbeam.sim.LinkProfile;

/**
 * What one direction of the link is like.
 *
 * @param blackout whether it loses everything
 */
record Way(LinkProfile profile, boolean blackout) {
    Way withProfile(LinkProfile changed) {
        return new Way(changed, blackout);
    }
}
