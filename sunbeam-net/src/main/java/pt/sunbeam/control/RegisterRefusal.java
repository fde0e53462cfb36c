package pt.sunbeam.control;

import java.util.Locale;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/**
 * Turns a server's refusal into a failure with advice. The texts are Headscale's (0.23 to 0.29) and differ between versions,
 * so they choose the wording of the advice and nothing else.
 */
final class RegisterRefusal {
    private static final String NEW_KEY =
            "Create a new pre-auth key on the server; a key works once unless it is reusable";

    private RegisterRefusal() {}

    /** For the {@code Error} of a register answer. */
    static SunbeamException error(ControlUrl url, String error) {
        String text = ServerText.clean(error);
        return new SunbeamException(
                FailureCode.AUTH_REFUSED, "the control server " + url + " refused this node: " + text, advice(text));
    }

    /** For an HTTP status other than 200. */
    static SunbeamException status(ControlUrl url, String request, int status, String text) {
        String shown = text.isEmpty() ? "HTTP " + status : "HTTP " + status + ", " + text;
        String message = "the control server " + url + " refused " + request + ": " + shown;
        if (text.contains("unsupported client version")) {
            return new SunbeamException(
                    FailureCode.CONTROL_UNSUPPORTED, message, "Update sunbeam: the server wants a newer client");
        }
        if (status == 401 || status == 403) {
            return new SunbeamException(FailureCode.AUTH_REFUSED, message, advice(text));
        }
        return new SunbeamException(FailureCode.CONTROL_FAILED, message, "");
    }

    private static String advice(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("already used") || lower.contains("expired") || lower.contains("revoked")) {
            return NEW_KEY;
        }
        if (lower.contains("different machine") || lower.contains("machine key")) {
            return "This node key belongs to another installation; delete the node on the server or remove the state folder's"
                    + " keys.json";
        }
        if (lower.contains("not permitted") || lower.contains("tags")) {
            return "Ask for no tags with a pre-auth key, or create the key with these tags";
        }
        if (lower.contains("extending key")) {
            return "Log out and connect again";
        }
        if (lower.contains("auth key") || lower.contains("authkey")) {
            return "Check the key for missing characters. " + NEW_KEY;
        }
        return "Look for this node in the server's log";
    }
}
