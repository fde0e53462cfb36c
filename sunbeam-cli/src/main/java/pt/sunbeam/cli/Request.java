package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;

/**
 * What the user asks {@code connect} for.
 *
 * @param settings for the daemon
 * @param namedHost whether the host name was chosen, not taken from this machine
 * @param keySource the option, variable or setting that gave the pre-auth key; empty without one
 */
record Request(DaemonSettings settings, boolean namedHost, String keySource) {
    /** How a running daemon differs from this request, in words; empty when it does not. */
    List<String> differencesFrom(DaemonStatus running) {
        List<String> out = new ArrayList<>();
        if (!bare(running.server()).equals(bare(settings.server()))) {
            out.add("its server is " + running.server() + ", not " + settings.server());
        }
        if (namedHost && !running.hostname().equalsIgnoreCase(settings.hostname())) {
            out.add("its host name is " + running.hostname() + ", not " + settings.hostname());
        }
        // Who names no file asks for none in particular: SSL_CERT_FILE may be set in one shell alone.
        if (!settings.caFiles().isEmpty() && !running.caFiles().equals(settings.caFiles())) {
            out.add("its vpn-ca-file is " + orNone(running.caFiles()) + ", not "
                    + String.join(", ", settings.caFiles()));
        }
        if (running.portMapping() != settings.portMapping()) {
            out.add("its vpn-port-mapping is " + onOff(running.portMapping()) + ", not "
                    + onOff(settings.portMapping()));
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

    private static String orNone(List<String> files) {
        return files.isEmpty() ? "unset" : String.join(", ", files);
    }

    private static String onOff(boolean on) {
        return on ? SettingText.ON : SettingText.OFF;
    }

    /** Whether {@code running} waits for a person where the key of this request would do. */
    boolean hasKeyFor(DaemonStatus running) {
        return running.state() instanceof DaemonState.LoginNeeded
                && !settings.authKey().isEmpty()
                && differencesFrom(running).isEmpty();
    }

    /** The forwards of {@code running} whose local port was left to the system. */
    List<ForwardStatus> onFreePorts(DaemonStatus running) {
        return running.forwards().stream()
                .filter(forward ->
                        settings.forwards().stream().anyMatch(wanted -> wanted.port() == 0 && matches(wanted, forward)))
                .toList();
    }

    /** {@code failure}, with the place that the key came from when the server refused it. */
    SunbeamException withKeySource(SunbeamException failure) {
        return failure.code() != FailureCode.AUTH_REFUSED || keySource.isEmpty()
                ? failure
                : new SunbeamException(
                        failure.code(),
                        String.valueOf(failure.getMessage()),
                        failure.advice() + ". The key came from " + keySource,
                        failure);
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
