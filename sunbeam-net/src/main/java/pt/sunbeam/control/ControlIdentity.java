package pt.sunbeam.control;

import pt.sunbeam.keys.MachinePrivate;

/**
 * Who registers, where, and with what right.
 *
 * @param url the server
 * @param machine this installation
 * @param authKey a pre-authentication key, or empty for an interactive login; secret
 * @param ephemeral asks the server to forget the node soon after it goes offline
 */
public record ControlIdentity(ControlUrl url, MachinePrivate machine, String authKey, boolean ephemeral) {
    private static final String WRAPPED_KEY_MARK = "--TL";

    public ControlIdentity {
        // What follows the mark is a private key of the tailnet lock, which the server must never see.
        int wrapped = authKey.indexOf(WRAPPED_KEY_MARK);
        authKey = wrapped < 0 ? authKey.strip() : authKey.substring(0, wrapped).strip();
    }

    @Override
    public String toString() {
        return "ControlIdentity[" + url + "]";
    }
}
