package pt.sunbeam.cli;

import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;

/** What {@code connect} says once the tailnet is joined. */
final class Joined {
    private Joined() {}

    /** The addresses and the local ports that the system chose as data; forwards that lead nowhere now as warnings. */
    static void tell(DaemonStatus status, Request request, Console console) {
        console.data(StatusText.connected(status));
        for (ForwardStatus forward : request.onFreePorts(status)) {
            console.data("forward " + forward.listen() + " -> " + Text.printable(forward.target()));
        }
        for (ForwardStatus forward : status.forwards()) {
            if (!forward.problem().isEmpty()) {
                console.words(Text.printable(
                        "warning: forward " + forward.listen() + " to " + forward.target() + ": " + forward.problem()));
            }
        }
    }
}
