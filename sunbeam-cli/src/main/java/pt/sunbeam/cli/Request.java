package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;

/**
 * What the user asks {@code connect} for.
 *
 * @param settings for the daemon
 * @param namedHost whether the host name was chosen, not taken from this machine
 */
record Request(DaemonSettings settings, boolean namedHost) {
    /** How a running daemon differs from this request, in words; empty when it does not. */
    List<String> differencesFrom(DaemonStatus running) {
        List<String> out = new ArrayList<>();
        if (!bare(running.server()).equals(bare(settings.server()))) {
            out.add("its server is " + running.server() + ", not " + settings.server());
        }
        if (namedHost && !running.hostname().equalsIgnoreCase(settings.hostname())) {
            out.add("its host name is " + running.hostname() + ", not " + settings.hostname());
        }
        List<ForwardStatus> unasked = new ArrayList<>(running.forwards());
        for (ForwardSpec wanted : settings.forwards()) {
            if (!unasked.removeIf(forward -> matches(wanted, forward))) {
                out.add("it has no forward " + wanted);
            }
        }
        unasked.forEach(forward -> out.add("it has the forward " + forward.listen() + " to " + forward.target()));
        return out;
    }

    private static boolean matches(ForwardSpec wanted, ForwardStatus running) {
        // Port 0 asks for any free port: only the address before the last colon can agree.
        String listen = wanted.listenText();
        boolean sameListen = wanted.port() == 0
                ? running.listen().startsWith(listen.substring(0, listen.lastIndexOf(':') + 1))
                : running.listen().equals(listen);
        return sameListen && running.target().equalsIgnoreCase(wanted.targetText());
    }

    private static String bare(String server) {
        String lower = server.toLowerCase(Locale.ROOT);
        return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
