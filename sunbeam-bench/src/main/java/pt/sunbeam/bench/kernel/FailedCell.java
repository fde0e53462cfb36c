package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import pt.sunbeam.bench.Path;

/** One run that did not come to its end; the message names the cell, the reason, and what to look at. */
final class FailedCell extends IOException {
    private FailedCell(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@code what} is the sender, or the pair of them. */
    static FailedCell of(Path cell, String what, Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && isWrapper(cause)) {
            cause = cause.getCause();
        }
        return new FailedCell(cell.name() + ", " + what + ": " + reason(cause), cause);
    }

    private static boolean isWrapper(Throwable t) {
        return t instanceof CompletionException || t instanceof ExecutionException || t.getClass() == IOException.class;
    }

    private static String reason(Throwable cause) {
        if (cause instanceof SocketTimeoutException) {
            return "no connection came within " + CountingReceiver.ACCEPT_MILLIS / 1000
                    + " s; look at the cell's loss, and at what else this machine does";
        }
        String text = cause.getMessage() == null
                ? cause.toString()
                : cause.getMessage().strip();
        return text + "; look at \"sysctl net.ipv4.tcp_available_congestion_control\", and run this cell alone";
    }
}
