package pt.sunbeam.ipc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.JsonObject;

/**
 * A failure as it crosses the control socket and lies in the last-failure file.
 *
 * @param code decides the exit code of the command that shows it
 * @param message what failed, where and why
 * @param advice what to type next; may be empty
 */
public record IpcError(FailureCode code, String message, String advice) {
    public static IpcError of(SunbeamException e) {
        return new IpcError(e.code(), e.getMessage(), e.advice());
    }

    public SunbeamException toException() {
        return new SunbeamException(code, message, advice);
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("code", code.name().toLowerCase(Locale.ROOT))
                .put("message", message)
                .put("advice", advice);
    }

    /** Total: an absent or foreign object reads as a general failure. */
    public static IpcError fromJson(@Nullable JsonObject in) {
        if (in == null) {
            return new IpcError(FailureCode.GENERAL, "the daemon gave no reason", "");
        }
        FailureCode code = FailureCode.GENERAL;
        for (FailureCode known : FailureCode.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(in.text("code", ""))) {
                code = known;
            }
        }
        return new IpcError(code, in.text("message", ""), in.text("advice", ""));
    }
}
